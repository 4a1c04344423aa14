import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  bundleWorkflowCode,
  DefaultLogger,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import pino from 'pino';
import { installTemporalRuntime } from '../../workers/temporal-runtime.ts';

const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

let bundle: Promise<WorkflowBundleWithSourceMap> | null = null;

/** The project's workflow code as a worker gets it. A value import of an activity breaks it. */
export function workflowBundle(): Promise<WorkflowBundleWithSourceMap> {
  quietRuntime();
  bundle ??= bundleWorkflowCode({
    workflowsPath: path.join(root, 'workflows', 'index.ts'),
    logger: new DefaultLogger('ERROR'),
  });
  return bundle;
}

/** A Temporal server on which months of sleep pass in seconds. */
export async function timeSkippingEnvironment(): Promise<TestWorkflowEnvironment> {
  quietRuntime();
  const given = process.env['DIALER_TEST_SERVER_BINARY'];
  const binary =
    given !== undefined && existsSync(given) ? given : '/tmp/tb/bin/temporal-test-server';
  return TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: binary } },
  });
}

/** A real Temporal server in memory, on which time passes as it does. */
export async function devServerEnvironment(): Promise<TestWorkflowEnvironment> {
  quietRuntime();
  const given = process.env['DIALER_TEMPORAL_BINARY'];
  const binary = given !== undefined && existsSync(given) ? given : '/tmp/tb/bin/temporal';
  return TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: binary },
      // A file with a write-ahead log is half as fast again as the server's own memory.
      dbFilename: path.join(await mkdtemp(path.join(os.tmpdir(), 'dialer-temporal-')), 'db'),
      extraArgs: ['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=OFF'],
    },
  });
}

/** A worker of one queue with the given activities; `workflows` says whether it runs workflows too. */
export async function startWorker(
  environment: TestWorkflowEnvironment,
  options: { taskQueue: string; activities: object; workflows?: boolean },
): Promise<{ stop(): Promise<void> }> {
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: options.taskQueue,
    activities: options.activities,
    ...(options.workflows === true ? { workflowBundle: await workflowBundle() } : {}),
  });
  const running = worker.run();
  return {
    async stop() {
      worker.shutdown();
      await running;
    },
  };
}

function quietRuntime(): void {
  installTemporalRuntime(pino({ level: process.env['DIALER_LOG_LEVEL'] ?? 'silent' }));
}
