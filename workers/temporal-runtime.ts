import { DefaultLogger, Runtime, type LogEntry } from '@temporalio/worker';
import type { Logger } from 'pino';

let isInstalled = false;

/**
 * Installs the SDK's runtime once per process, before any connection: its log goes through ours,
 * and it leaves the signals alone, for the SDK's own handler does nothing while no worker runs and
 * a standby would then outlive its SIGTERM.
 */
export function installTemporalRuntime(log: Logger): void {
  if (isInstalled) return;
  isInstalled = true;
  Runtime.install({
    shutdownSignals: [],
    logger: new DefaultLogger('WARN', (entry) => forward(log, entry)),
  });
}

function forward(log: Logger, entry: LogEntry): void {
  const level = entry.level === 'ERROR' ? 'error' : entry.level === 'WARN' ? 'warn' : 'info';
  const { workflowId, activityType, attempt, error } = (entry.meta ?? {}) as Record<
    string,
    unknown
  >;
  log[level]({ workflowId, activityType, attempt, error }, entry.message);
}
