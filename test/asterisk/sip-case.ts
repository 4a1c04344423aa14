import type { CallStatus } from '../../domain/call-status.ts';
import type { DialStatus } from '../../domain/dial-status.ts';
import type { FarEndScript } from '../support/sip-far-end-script.ts';

/** One way a carrier may treat a call, what must come of it, and what Asterisk says about it. */
export interface SipCase {
  /** Unique; a sentence of what the far end does. */
  readonly title: string;
  readonly script: FarEndScript;
  /** Which trunk it is dialled on; default `far-end`, which has no login. */
  readonly trunk?: 'far-end' | 'far-end-login' | 'far-end-wrong-login';
  /** Written from `source` before anything was measured. */
  readonly expected: Verdict;
  readonly source: string;
  /** Measured on Asterisk 22.10.1. */
  readonly evidence: SipEvidence;
  /** Requests the far end must get, first sendings by CSeq: the proof that nobody was rung twice or stays connected. */
  readonly received: readonly string[];
  /**
   * Asterisk gives the same evidence for the case of this title, so the verdict is that one's and not the expected
   * one; the test holds the two against each other.
   */
  readonly sameEvidenceAs?: string;
  /** What may come instead, by a race inside Asterisk that nobody outside can decide. */
  readonly race?: Pick<SipCase, 'evidence' | 'expected' | 'received'>;
}

export interface Verdict {
  readonly dialStatus: DialStatus;
  readonly callStatus: CallStatus;
}

/** In the wire's words. */
export interface SipEvidence {
  readonly response: 'Success' | 'Failure';
  readonly reason: number;
  readonly cause: number | null;
  readonly techCause: string | null;
  /** DialState events, in order. */
  readonly progress: readonly string[];
  readonly dialEnd: readonly string[];
}

export const verdicts = {
  answered: { dialStatus: 'ANSWER', callStatus: 'answered' },
  abandoned: { dialStatus: 'ANSWER', callStatus: 'abandoned' },
  busy: { dialStatus: 'BUSY', callStatus: 'busy' },
  noAnswer: { dialStatus: 'NO_ANSWER', callStatus: 'no_answer' },
  silence: { dialStatus: 'NO_ANSWER', callStatus: 'dialing_error' },
  rejected: { dialStatus: 'NO_ANSWER', callStatus: 'rejected' },
  invalid: { dialStatus: 'FAILURE', callStatus: 'invalid_number' },
  outOfService: { dialStatus: 'FAILURE', callStatus: 'out_of_service' },
  error: { dialStatus: 'FAILURE', callStatus: 'dialing_error' },
  congestion: { dialStatus: 'CONGESTION', callStatus: 'dialing_error' },
} as const satisfies Readonly<Record<string, Verdict>>;
