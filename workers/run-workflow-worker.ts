import { Connection, WorkflowClient } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createActivities } from '../activities/create-activities.ts';
import { openDatabase } from '../db/open-database.ts';
import { dialerTaskQueue } from '../workflows/ids.ts';
import { loadWorkflowBundle } from './load-workflow-bundle.ts';
import { installTemporalRuntime } from './temporal-runtime.ts';
import type { EngineDeps } from '../activities/engine-deps.ts';

export interface WorkflowWorkerOptions {
  readonly databaseUrl: string;
  readonly temporal: { readonly address: string; readonly namespace: string };
  readonly dataDir: string;
  readonly trunks: EngineDeps['trunks'];
  readonly agents: EngineDeps['agents'];
  readonly log: Logger;
}

export interface RunningPart {
  /** Resolves when the part has ended, by stop() or by itself; rejects when it failed. */
  readonly ended: Promise<void>;
  /** May be called twice. */
  stop(): Promise<void>;
}

/**
 * Runs workflows and the activities that never dial. It must never poll a dial queue: the server
 * would hand it activities eagerly, past the trunk's gate.
 */
export async function runWorkflowWorker(options: WorkflowWorkerOptions): Promise<RunningPart> {
  const { log, temporal } = options;
  installTemporalRuntime(log);
  const workflowBundle = await loadWorkflowBundle(options.dataDir, log);
  const connection = await NativeConnection.connect({ address: temporal.address });
  const clientConnection = await Connection.connect({ address: temporal.address });
  const db = openDatabase(options.databaseUrl);
  const workflows = new WorkflowClient({
    connection: clientConnection,
    namespace: temporal.namespace,
  });
  const worker = await Worker.create({
    connection,
    namespace: temporal.namespace,
    taskQueue: dialerTaskQueue,
    workflowBundle,
    activities: createActivities({ ...options, db, workflows }),
    // The default grows with the heap that is there and can exhaust it.
    maxCachedWorkflows: 500,
    shutdownGraceTime: '5s',
    shutdownForceTime: '15s',
  });
  const running = worker.run();
  log.info({ taskQueue: dialerTaskQueue }, 'workflow worker is up');

  const ended = running.finally(async () => {
    await db.destroy();
    await clientConnection.close();
    await connection.close();
  });
  return {
    ended,
    async stop() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await ended.catch(() => {});
    },
  };
}
