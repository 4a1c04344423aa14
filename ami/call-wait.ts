import type { AmiTimeouts } from './ami-timeouts.ts';

/** What the end of a call depends on. */
export interface CallFacts {
  /** `adopted`: none is expected, it went to another owner. */
  readonly response: 'Success' | 'Failure' | 'refused' | 'adopted' | null;
  readonly hungUp: boolean;
  readonly isLocal: boolean;
  readonly secondHalfHungUp: boolean;
  /** A channel that a Local channel's dialplan dialled to the carrier has not hung up; only it has the SIP code. */
  readonly carrierLegOpen: boolean;
  /** What the PBX said last about the channel, when it was asked. */
  readonly asked: 'live' | 'gone' | null;
}

/** How long to wait for more, and what to do when nothing more came. */
export interface CallWait {
  readonly limitMs: number;
  readonly then: 'ask' | 'end';
}

/**
 * What a call still waits for; null when its evidence is complete: its Hangup and its
 * OriginateResponse, in either order. But now and then no Hangup comes, a channel that could not be
 * made never has one, and a Failure may speak of a duplicate while the call lives. So nothing waits
 * without a limit, and nothing is concluded from silence: a call ends by a Hangup, or because the PBX
 * said that its channel is gone.
 */
export function callWait(
  facts: CallFacts,
  ringLimitMs: number,
  { graceMs, checkEveryMs, responseSlackMs }: AmiTimeouts,
): CallWait | null {
  if (facts.response === 'refused') return null;
  if (facts.hungUp) {
    // The second half of a Local channel may be the only one that knows the cause.
    const isWhole = (!facts.isLocal || facts.secondHalfHungUp) && !facts.carrierLegOpen;
    const isComplete = facts.response !== null && isWhole;
    return isComplete ? null : { limitMs: graceMs, then: 'end' };
  }
  if (facts.asked === 'gone') {
    // The answer to a question may overtake an event. A Failure has waited for its Hangup before.
    return facts.response === 'Failure' ? null : { limitMs: graceMs, then: 'end' };
  }
  if (facts.asked === 'live') return { limitMs: checkEveryMs, then: 'ask' };
  if (facts.response === 'Failure') return { limitMs: graceMs, then: 'ask' };
  if (facts.response === null) return { limitMs: ringLimitMs + responseSlackMs, then: 'ask' };
  return { limitMs: checkEveryMs, then: 'ask' };
}
