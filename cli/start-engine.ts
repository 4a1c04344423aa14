import { availableParallelism } from 'node:os';
import path from 'node:path';
import { migrate } from '../db/migrate.ts';
import { openDatabase } from '../db/open-database.ts';
import type { DialerConfig } from '../runtime/config.ts';
import type { PbxChoice } from '../runtime/embedded-pbx.ts';
import { startEmbeddedStack, type EmbeddedStack } from '../runtime/embedded-stack.ts';
import { startHealthServer, type HealthServer } from '../runtime/health-server.ts';
import { nodeCommand } from '../runtime/node-command.ts';
import { lockDataDir } from '../runtime/run-file.ts';
import { supervise, type Supervised } from '../runtime/supervise.ts';
import { checkHealth } from './check-health.ts';
import type { Cli } from './cli.ts';

export interface EngineOptions {
  readonly config: DialerConfig;
  readonly pbx: PbxChoice;
  /** Hears the log of the parts, line by line. Default: stderr. */
  readonly onLog?: (line: string) => void;
}

/** The whole engine, running on this machine. */
export interface RunningEngine {
  readonly stack: EmbeddedStack;
  /** URL of the health server. */
  readonly http: string;
  /** Lets calls end (bounded), then leaves nothing of it running. May be called twice. */
  stop(): Promise<void>;
}

/** Longer than a trunk owner lets its calls go on, so that it can hand them over itself. */
const childGraceMs = 45_000;

/**
 * Starts what the configuration does not name, brings the schema up to date, and starts the parts of
 * the engine as processes of their own, each started again when it ends. From then on the other
 * commands find it. Everything is in the data folder, and goes on where an earlier run ended.
 * @throws RefusedError `ALREADY_RUNNING`; nothing is left running when it throws
 */
export async function startEngine(cli: Cli, options: EngineOptions): Promise<RunningEngine> {
  const { config } = options;
  const lock = lockDataDir(config.dataDir);
  const undo: (() => unknown)[] = [() => lock.release()];
  let stopping: Promise<void> | null = null;
  const stop = () => (stopping ??= undoAll(undo));
  try {
    const say = (line: string) => cli.say(line);
    const stack = await startEmbeddedStack({ ...options, say, env: cli.terminal.env });
    undo.push(() => stack.stop());
    await bringSchemaUpToDate(cli, stack.databaseUrl);
    const children = startParts(cli, options, stack);
    undo.push(() => Promise.all([...children.values()].map((child) => child.stop(childGraceMs))));
    const health = await serveHealth(cli, config, { stack, children });
    undo.push(() => health.stop());
    lock.publish({
      databaseUrl: stack.databaseUrl,
      temporalAddress: stack.temporalAddress,
      temporalNamespace: stack.temporalNamespace,
      temporalUi: stack.temporalUi,
      http: health.url,
      pbx: describePbx(stack),
      trunks: Object.keys(stack.trunks),
    });
    return { stack, http: health.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Last started, first ended; one that fails to end does not keep the others. */
async function undoAll(undo: readonly (() => unknown)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of undo.toReversed()) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'Not everything could be ended.');
}

async function bringSchemaUpToDate(cli: Cli, databaseUrl: string): Promise<void> {
  const db = openDatabase(databaseUrl, { applicationName: 'dialer migrate', poolSize: 1 });
  try {
    const names = await migrate(db);
    if (names.length > 0) cli.say(`database migrated: ${names.join(', ')}`);
  } finally {
    await db.destroy();
  }
}

function startParts(
  cli: Cli,
  { config, onLog = (line) => cli.say(line) }: EngineOptions,
  { environment, trunks }: EmbeddedStack,
): ReadonlyMap<string, Supervised> {
  const owners = Object.keys(trunks).map((name) => ({
    name: `trunk-owner ${name}`,
    args: ['worker', '--trunk', name],
  }));
  const workers = Array.from({ length: workflowWorkerCount() }, (_, index) => ({
    name: `workflow-worker ${index + 1}`,
    args: ['worker'],
  }));
  const { command, args: main } = nodeCommand(new URL(`./main.${extension}`, import.meta.url));
  return new Map(
    [...workers, ...owners].map(({ name, args }) => [
      name,
      supervise({
        name,
        command,
        args: [...main, ...args],
        cwd: cli.terminal.cwd,
        env: { ...cli.terminal.env, ...environment },
        pidFile: path.join(config.dataDir, 'run', `${name.replaceAll(' ', '-')}.pid`),
        onLine: onLog,
        onExit: (status, retryMs) =>
          cli.say(
            `${name} ended (${status.signal ?? `code ${status.code}`}); again in ${retryMs} ms`,
          ),
      }),
    ]),
  );
}

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

/** A core stays free for the servers; more than four feed no trunk faster. */
function workflowWorkerCount(): number {
  return Math.min(4, Math.max(1, availableParallelism() - 1));
}

async function serveHealth(
  cli: Cli,
  { http }: DialerConfig,
  parts: Parameters<typeof checkHealth>[0],
): Promise<HealthServer> {
  const check = () => checkHealth(parts);
  try {
    return await startHealthServer({ ...http, check });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    const server = await startHealthServer({ host: http.host, port: 0, check });
    cli.say(`port ${http.port} is taken by another program; health is at ${server.url}/healthz`);
    return server;
  }
}

function describePbx({ pbx }: EmbeddedStack) {
  if (pbx === null) return null;
  const { host, port, username } = pbx.ami;
  return { kind: pbx.kind, host, port, username, carrierLog: pbx.carrierLog };
}
