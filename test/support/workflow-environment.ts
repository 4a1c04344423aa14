import { mkdtemp, rm } from 'node:fs/promises';
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
import { ensureTemporalBinary, ensureTestServerBinary } from '../../runtime/temporal-binary.ts';
import { installTemporalRuntime } from '../../workers/temporal-runtime.ts';

const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

/** Where the Temporal programs are kept, for the tests as for the engine itself. */
const dataDir = process.env['DIALER_DATA_DIR'] ?? path.join(root, '.dialer');

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
  const binary = await ensureTestServerBinary({ dataDir });
  return TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: binary } },
  });
}

/** A real Temporal server in memory, on which time passes as it does. */
export async function devServerEnvironment(): Promise<TestWorkflowEnvironment> {
  quietRuntime();
  const binary = await ensureTemporalBinary({ dataDir });
  const folder = await mkdtemp(path.join(os.tmpdir(), 'dialer-temporal-'));
  const environment = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: binary },
      // A file with a write-ahead log is half as fast again as the server's own memory.
      dbFilename: path.join(folder, 'db'),
      extraArgs: ['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=OFF'],
    },
  });
  const tearDown = environment.teardown.bind(environment);
  environment.teardown = async () => {
    await tearDown();
    await rm(folder, { recursive: true, force: true });
  };
  return environment;
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
