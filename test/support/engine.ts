import type { TestWorkflowEnvironment } from '@temporalio/testing';
import pino from 'pino';
import type { Database } from '../../db/open-database.ts';
import { setCampaignState } from '../../db/set-campaign-state.ts';
import type { CampaignId } from '../../domain/ids.ts';
import { runTrunkOwner, type TrunkOwnerState } from '../../workers/run-trunk-owner.ts';
import { runWorkflowWorker } from '../../workers/run-workflow-worker.ts';
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
  readonly dialString?: string;
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
  const shared = {
    databaseUrl: database.url,
    temporal: { address: environment.address, namespace: 'default' },
    agents: {},
    log,
  };
  const workflowWorker = await runWorkflowWorker({
    ...shared,
    dataDir: options.dataDir,
    trunks: { [testTrunk]: { callsPerSecond, channels } },
  });
  let onOwner: () => void = () => {};
  const isOwner = new Promise<void>((resolve) => (onOwner = resolve));
  const trunkOwner = runTrunkOwner({
    ...shared,
    trunk: {
      name: testTrunk,
      dialString: options.dialString ?? 'PJSIP/{number}@carrier',
      numberFormat: 'digits',
      reasonDialect: 'asterisk',
      reportsRinging: true,
      callsPerSecond,
      channels,
    },
    pbx: options.ami,
    shutdownGraceMs: 1_000,
    onState: (state: TrunkOwnerState) => state === 'owner' && onOwner(),
  });
  await Promise.race([isOwner, trunkOwner.ended]);

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
      await trunkOwner.stop();
      await workflowWorker.stop();
      await environment.teardown();
      await database.drop();
    },
  };
}
