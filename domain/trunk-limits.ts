/** What a trunk can take, as dialer.yaml says. */
export interface TrunkLimits {
  readonly callsPerSecond: number;
  readonly channels: number;
}

/** The trunk that `dialer up` brings along when dialer.yaml names none. */
export const embeddedTrunkName = 'carrier-a';
export const embeddedTrunkLimits: TrunkLimits = { callsPerSecond: 10, channels: 30 };

/**
 * Calls that a trunk's process takes from its queue at once: those on its channels and those that wait
 * for their turn at its gate. The others wait in the queue, from where another trunk may take them.
 */
export function mostCallsTaken({ callsPerSecond, channels }: TrunkLimits): number {
  return channels + Math.ceil(callsPerSecond);
}
