import type { TrunkLimits } from './trunk-limits.ts';

/** Minutes of dialling that are kept open. */
const windowSeconds = 120;
/** Open contacts per channel: enough to keep a channel busy, few enough not to grow old waiting. */
const perChannel = 4;
const leastOpen = 20;

/** placeCall's schedule-to-start limit: whoever waits this long in a trunk's queue tries the next trunk. */
export const longestInQueueMs = 2 * windowSeconds * 1000;

/**
 * How many contacts may be open and due at once for a campaign on these trunks: two minutes of its
 * calls per second, and not more than its channels can take in good time.
 */
export function feedCapacity(
  trunkNames: readonly string[],
  trunks: Readonly<Record<string, TrunkLimits>>,
): number {
  const capacities = trunkNames.map((name) => {
    const trunk = trunks[name];
    if (trunk === undefined) return 0;
    return Math.min(trunk.callsPerSecond * windowSeconds, trunk.channels * perChannel);
  });
  const total = capacities.reduce((sum, capacity) => sum + capacity, 0);
  return Math.max(leastOpen, Math.floor(total));
}
