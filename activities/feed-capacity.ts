/** Minutes of dialling that are kept open; placeCall's schedule-to-start limit is twice as long. */
const windowSeconds = 120;
/** Open contacts per channel: enough to keep a channel busy, few enough not to grow old waiting. */
const perChannel = 4;
const leastOpen = 20;

/**
 * How many contacts may be open and due at once for a campaign on these trunks: two minutes of its
 * calls per second, and not more than its channels can take in good time.
 */
export function feedCapacity(
  trunkNames: readonly string[],
  trunks: Readonly<Record<string, { readonly callsPerSecond: number; readonly channels: number }>>,
): number {
  const capacities = trunkNames.map((name) => {
    const trunk = trunks[name];
    if (trunk === undefined) return 0;
    return Math.min(trunk.callsPerSecond * windowSeconds, trunk.channels * perChannel);
  });
  const total = capacities.reduce((sum, capacity) => sum + capacity, 0);
  return Math.max(leastOpen, Math.floor(total));
}
