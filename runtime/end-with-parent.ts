import { supervisedVariable } from './supervise.ts';

/**
 * Called by a program that supervise() may have started: when our parent is gone we send ourselves
 * SIGTERM, so that we end as if it had asked, and end in any case `limitMs` later (default 60 s). Does
 * nothing in a program that was started by hand.
 */
export function endWithParent(limitMs = 60_000): void {
  if (process.env[supervisedVariable] === undefined) return;
  const end = (): void => {
    setTimeout(() => process.exit(1), limitMs).unref();
    process.kill(process.pid, 'SIGTERM');
  };
  process.stdin.once('close', end);
  process.stdin.on('error', () => undefined);
  process.stdin.resume();
  // The pipe alone must not keep a program alive that has nothing left to do.
  if ('unref' in process.stdin) process.stdin.unref();
}
