import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, type ProcessIdentity } from './process-identity.ts';

/**
 * Ends a process that is not our child: `signal`, then SIGKILL after `graceMs`. Resolves when it is
 * gone, which a process that is no child only shows when asked again and again.
 * @throws Error when it cannot be ended, for example because it belongs to another user.
 */
export async function endProcess(
  identity: ProcessIdentity,
  signal: NodeJS.Signals,
  graceMs: number,
): Promise<void> {
  send(identity, signal);
  if (await isGoneWithin(identity, graceMs)) return;
  send(identity, 'SIGKILL');
  if (await isGoneWithin(identity, 5_000)) return;
  throw new Error(`process ${identity.pid} does not end`);
}

function send(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function isGoneWithin(identity: ProcessIdentity, limitMs: number): Promise<boolean> {
  const end = performance.now() + limitMs;
  while (isAlive(identity)) {
    if (performance.now() > end) return false;
    await delay(20);
  }
  return true;
}
