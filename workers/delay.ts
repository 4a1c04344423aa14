import { setTimeout } from 'node:timers/promises';

/** Resolves after `ms` milliseconds; rejects with the signal's reason when it is aborted first. */
export async function delay(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(ms, undefined, { signal });
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
}
