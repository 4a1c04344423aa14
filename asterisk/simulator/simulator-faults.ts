/** What goes wrong on demand. Counters count down to 0 as they are used up. */
export interface SimulatorFaults {
  /** Every login is refused. */
  refuseLogins: boolean;
  /** FullyBooted comes so long after the login, in real milliseconds. */
  bootDelayMs: number;
  /** Everything is said so much later, in real milliseconds. */
  delayMs: number;
  /** Every far end is congested: 503. */
  congested: boolean;
  /** So many next Originates are never seen: the link is cut instead. */
  dropOriginates: number;
  /** So many next Originates are carried out, and the link is cut before a word of it is said. */
  loseAnswers: number;
  /** So many next OriginateResponse events break off in the middle of a line, and the link with them. */
  halfLines: number;
  /** So many next calls end without a Hangup. */
  missingHangups: number;
  /** A connection is accepted and nothing is said: no banner, no answers. */
  silent: boolean;
  /** Everything is sent one byte at a time. */
  oneByteAtATime: boolean;
}

/** Nothing goes wrong. */
export function noFaults(): SimulatorFaults {
  return {
    refuseLogins: false,
    bootDelayMs: 0,
    delayMs: 0,
    congested: false,
    dropOriginates: 0,
    loseAnswers: 0,
    halfLines: 0,
    missingHangups: 0,
    silent: false,
    oneByteAtATime: false,
  };
}

type Counter = {
  [K in keyof SimulatorFaults]: SimulatorFaults[K] extends number ? K : never;
}[keyof SimulatorFaults];

/** True, and one less, when the counter is not used up. */
export function useUp(faults: SimulatorFaults, counter: Counter): boolean {
  if (faults[counter] <= 0) return false;
  faults[counter] -= 1;
  return true;
}
