/**
 * The process that owns a trunk. Exactly one may dial over a trunk at any time: it holds a Postgres
 * advisory lock on a connection of its own, and raises the trunk's owner epoch, which every claim
 * checks. Only then does it log in to the PBX and take work; when the lock is lost it sends nothing
 * more, and hands its calls over. A second process waits as standby.
 */
import { NativeConnection, Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createPbxLink, type PbxLink, type PbxLinkOptions } from '../ami/pbx-link.ts';
import { createCallRegistry } from '../activities/call-registry.ts';
import { createTrunkActivities } from '../activities/create-trunk-activities.ts';
import { createTrunkGate, type TrunkGate } from '../activities/trunk-gate.ts';
import type { TrunkDeps, TrunkProfile } from '../activities/trunk-deps.ts';
import { openDatabase, type Database } from '../db/open-database.ts';
import { acquireTrunkLock, type TrunkLock } from '../db/trunk-lock.ts';
import { raiseOwnerEpoch, unresolvedAttempts } from '../db/trunks.ts';
import { mostCallsTaken, type TrunkLimits } from '../domain/trunk-limits.ts';
import { dialTaskQueue, reconcileTaskQueue } from '../workflows/ids.ts';
import { delay } from './delay.ts';
import { createLateEvidenceKeeper } from './keep-late-evidence.ts';
import type { RunningPart } from './run-workflow-worker.ts';
import { installTemporalRuntime } from './temporal-runtime.ts';

export interface TrunkOwnerOptions {
  readonly databaseUrl: string;
  readonly temporal: { readonly address: string; readonly namespace: string };
  readonly trunk: TrunkProfile & TrunkLimits;
  readonly pbx: Pick<PbxLinkOptions, 'host' | 'port' | 'username' | 'secret' | 'tls'>;
  readonly agents: TrunkDeps['agents'];
  readonly log: Logger;
  /** How long calls may go on ending by themselves after stop(); then they are handed over. */
  readonly shutdownGraceMs?: number;
  /** Called at every change, for people and health checks. */
  readonly onState?: (state: TrunkOwnerState) => void;
}

export type TrunkOwnerState = 'standby' | 'connecting' | 'owner' | 'stopping';

const standbyLookMs = 1_000;
/** An owner whose PBX does not answer in this time gives the trunk back, for a standby that may reach it. */
const bootLimitMs = 30_000;
/** After a start or a takeover: what the earlier owner wrote last must be over. */
const closedAfterStartMs = 1_000;
const refreshUnresolvedMs = 15_000;

export function runTrunkOwner(options: TrunkOwnerOptions): RunningPart {
  installTemporalRuntime(options.log);
  const stopping = new AbortController();
  const ended = own(options, stopping.signal);
  // The caller awaits `ended` later; a failure before that is not to end the process unheard.
  ended.catch(() => {});
  return {
    ended,
    async stop() {
      stopping.abort(new Error('stopping'));
      await ended.catch(() => {});
    },
  };
}

/** Standby → owner → standby … until stopped. Losing the lock ends the part: its process starts anew. */
async function own(options: TrunkOwnerOptions, stopping: AbortSignal): Promise<void> {
  const { log, trunk } = options;
  while (!stopping.aborted) {
    options.onState?.('standby');
    const lost = new AbortController();
    const lock = await tryLock(options, () => lost.abort(new Error('trunk lock lost')));
    if (lock === null) {
      await delay(standbyLookMs, stopping).catch(() => {});
      continue;
    }
    try {
      await serve(options, lost.signal, stopping);
    } finally {
      await lock.release();
    }
    if (lost.signal.aborted) log.warn({ trunk: trunk.name }, 'ownership of the trunk was lost');
  }
}

async function tryLock(options: TrunkOwnerOptions, onLost: () => void): Promise<TrunkLock | null> {
  try {
    return await acquireTrunkLock(options.databaseUrl, options.trunk.name, { onLost });
  } catch (error) {
    options.log.warn({ trunk: options.trunk.name, error }, 'cannot ask for the trunk lock');
    return null;
  }
}

/** Everything between getting the lock and losing or giving it back. */
async function serve(
  options: TrunkOwnerOptions,
  lost: AbortSignal,
  stopping: AbortSignal,
): Promise<void> {
  const { log, trunk } = options;
  const over = AbortSignal.any([lost, stopping]);
  const db = openDatabase(options.databaseUrl);
  const late = createLateEvidenceKeeper(db, trunk, log);
  const link = createPbxLink({
    ...options.pbx,
    log,
    onLateEvidence: (id, event) => late.hear(id, event),
  });
  try {
    options.onState?.('connecting');
    link.start();
    const isBooted = await link.whenBooted(bootLimitMs, over).then(
      () => true,
      () => false,
    );
    if (!isBooted) {
      if (!over.aborted) {
        log.error({ trunk: trunk.name }, 'PBX not reachable: the trunk is given back');
        // Long enough for a standby on another machine to take it.
        await delay(2 * standbyLookMs, over).catch(() => {});
      }
      return;
    }
    const epoch = await raiseOwnerEpoch(db, trunk.name, `${process.pid}`);
    const gate = createTrunkGate({ ...trunk, now: () => performance.now(), delay });
    gate.closeFor(closedAfterStartMs);
    gate.setUnresolved((await unresolvedAttempts(db, trunk.name)).map(({ id }) => id));
    const stopRefreshing = keepUnresolvedFresh(db, gate, options);
    try {
      await poll(options, { db, link, gate, epoch }, { lost, over });
    } finally {
      stopRefreshing();
    }
  } finally {
    late.stop();
    await link.stop();
    await db.destroy();
  }
}

async function poll(
  options: TrunkOwnerOptions,
  parts: { db: Database; link: PbxLink; gate: TrunkGate; epoch: number },
  { lost, over }: { lost: AbortSignal; over: AbortSignal },
): Promise<void> {
  const { log, trunk, temporal } = options;
  const connection = await NativeConnection.connect({ address: temporal.address });
  try {
    const activities = createTrunkActivities({
      ...parts,
      trunk,
      agents: options.agents,
      log,
      registry: createCallRegistry(),
      ownerEpoch: () => (lost.aborted ? null : parts.epoch),
      noNewCalls: over,
      clock: { monotonicMs: () => performance.now(), wallMs: () => Date.now() },
    });
    const shared = {
      connection,
      namespace: temporal.namespace,
      shutdownGraceTime: options.shutdownGraceMs ?? 30_000,
      shutdownForceTime: (options.shutdownGraceMs ?? 30_000) + 10_000,
    };
    const dial = await Worker.create({
      ...shared,
      taskQueue: dialTaskQueue(trunk.name),
      activities: { placeCall: activities.placeCall },
      // An outer bound only: the gate keeps the exact limits. The rest waits at the gate.
      maxConcurrentActivityTaskExecutions: mostCallsTaken(trunk),
    });
    const reconcile = await Worker.create({
      ...shared,
      taskQueue: reconcileTaskQueue(trunk.name),
      activities: { reconcileCall: activities.reconcileCall },
      maxConcurrentActivityTaskExecutions: trunk.channels + 100,
    });
    const workers = [dial, reconcile];
    const shutDown = () => {
      options.onState?.('stopping');
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    };
    const running = Promise.all(workers.map((worker) => worker.run()));
    if (over.aborted) shutDown();
    else over.addEventListener('abort', shutDown, { once: true });
    log.info({ trunk: trunk.name, epoch: parts.epoch }, 'trunk owner is up');
    options.onState?.('owner');
    await running;
  } finally {
    await connection.close();
  }
}

/** An attempt settled elsewhere (a person, an audit) must not hold a channel for ever. */
function keepUnresolvedFresh(
  db: Database,
  gate: TrunkGate,
  options: TrunkOwnerOptions,
): () => void {
  const timer = setInterval(() => {
    unresolvedAttempts(db, options.trunk.name).then(
      (attempts) => gate.setUnresolved(attempts.map(({ id }) => id)),
      (error: unknown) => options.log.warn({ error }, 'cannot refresh unresolved attempts'),
    );
  }, refreshUnresolvedMs);
  return () => clearInterval(timer);
}
