import type { TestWorkflowEnvironment } from '@temporalio/testing';
import pino from 'pino';
import type { Database } from '../../db/open-database.ts';
import { setCampaignState } from '../../db/set-campaign-state.ts';
import type { CampaignId } from '../../domain/ids.ts';
import { runTrunkOwner, type TrunkOwnerOptions } from '../../workers/run-trunk-owner.ts';
import { runWorkflowWorker, type RunningPart } from '../../workers/run-workflow-worker.ts';
import { campaignWorkflowId, dialerTaskQueue } from '../../workflows/ids.ts';
import { testTrunk } from './campaign-fixture.ts';
import { createTestDatabase } from './test-database.ts';
import { devServerEnvironment } from './workflow-environment.ts';

export interface Ami {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly secret: string;
}

export interface EngineOptions {
  readonly ami: Ami;
  readonly dataDir: string;
  readonly callsPerSecond: number;
  readonly channels: number;
  /** What the feeder takes the trunks for; default: what they are. */
  readonly fedFor?: { readonly callsPerSecond: number; readonly channels: number };
  /** Dial strings by trunk; default: `testTrunk` to the carrier. */
  readonly trunks?: Readonly<Record<string, string>>;
  /** Endpoints by agent; default: none. */
  readonly agents?: Readonly<Record<string, { readonly endpoint: string }>>;
}

export interface Engine {
  readonly db: Database;
  readonly environment: TestWorkflowEnvironment;
  /** Starts a campaign as any Temporal client would; resolves with a handle of its workflow. */
  start(campaignId: CampaignId): ReturnType<TestWorkflowEnvironment['client']['workflow']['start']>;
  stop(): Promise<void>;
}

/** The whole engine in this process, on a real Temporal server and a real Postgres. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const environment = await devServerEnvironment();
  const database = await createTestDatabase();
  const log = pino({ level: process.env['DIALER_LOG_LEVEL'] ?? 'silent' });
  const { callsPerSecond, channels } = options;
  const trunks = options.trunks ?? { [testTrunk]: 'PJSIP/{number}@carrier' };
  const shared = {
    databaseUrl: database.url,
    temporal: { address: environment.address, namespace: 'default' },
    agents: options.agents ?? {},
    log,
  };
  const pace = { callsPerSecond, channels };
  const workflowWorker = await runWorkflowWorker({
    ...shared,
    dataDir: options.dataDir,
    trunks: Object.fromEntries(Object.keys(trunks).map((name) => [name, options.fedFor ?? pace])),
  });
  const trunkOwners = await Promise.all(
    Object.entries(trunks).map(([name, dialString]) =>
      ownTrunk({
        ...shared,
        trunk: { name, dialString, ...plainTrunk, ...pace },
        pbx: options.ami,
      }),
    ),
  );

  return {
    db: database.db,
    environment,
    async start(campaignId) {
      await setCampaignState(database.db, campaignId, 'running');
      return environment.client.workflow.start('campaign', {
        workflowId: campaignWorkflowId(campaignId),
        taskQueue: dialerTaskQueue,
        args: [{ campaignId }],
      });
    },
    async stop() {
      await Promise.all(trunkOwners.map((owner) => owner.stop()));
      await workflowWorker.stop();
      await environment.teardown();
      await database.drop();
    },
  };
}

const plainTrunk = {
  numberFormat: 'digits',
  reasonDialect: 'asterisk',
  reportsRinging: true,
} as const;

/** Resolves when the trunk is owned. */
async function ownTrunk(options: TrunkOwnerOptions): Promise<RunningPart> {
  let onOwner: () => void = () => {};
  const isOwner = new Promise<void>((resolve) => (onOwner = resolve));
  const owner = runTrunkOwner({
    ...options,
    shutdownGraceMs: 1_000,
    onState: (state) => state === 'owner' && onOwner(),
  });
  await Promise.race([isOwner, owner.ended]);
  return owner;
}
