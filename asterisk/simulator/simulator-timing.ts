/** How long things take in the simulated world, in milliseconds before `speed` is applied. */
export interface SimulatorTiming {
  /** From the Originate until the far end's first word. */
  readonly latencyMs: number;
  /** How long a far end rings that refuses after ringing. */
  readonly ringMs: number;
  /** How long a far end stays that answers and hangs up. */
  readonly talkMs: number;
  /** How long our side keeps an answered call: what the dialplan plays to it. */
  readonly playMs: number;
  /** All of the above and every ring time-out pass this many times faster. */
  readonly speed: number;
}

/** As measured on a real Asterisk with the demo carrier. */
export const realTiming: SimulatorTiming = {
  latencyMs: 20,
  ringMs: 1_000,
  talkMs: 1_000,
  playMs: 1_500,
  speed: 1,
};
