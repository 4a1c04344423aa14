import type { AmiTimeouts } from './ami-timeouts.ts';

/**
 * How long to wait before try number `tries` (1 is the first again), with jitter so that many dialers
 * do not return to a restarted PBX together. `random` is from 0 to below 1.
 */
export function reconnectDelayMs(tries: number, timeouts: AmiTimeouts, random: number): number {
  const doubled = timeouts.backOffFirstMs * 2 ** Math.min(tries - 1, 16);
  return Math.min(doubled, timeouts.backOffLongestMs) * (0.5 + random / 2);
}
