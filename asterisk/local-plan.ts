import { failed } from './plan/build-outcome.ts';
import type { ExpectedOutcome } from './plan/outcome.ts';

/** Context of the provisioned PBX whose extensions end as the local plan says. */
export const localPlanContext = 'local-outcomes';

/**
 * What a Local channel into a dialplan ends with that dials nobody, by extension. Local channels come in
 * pairs, and the true cause is on the second half for some of them. They carry no SIP code.
 */
export interface LocalEnd {
  readonly extension: string;
  readonly title: string;
  /** The one dialplan step of that extension; null when there is no such extension. */
  readonly application: string | null;
  /** DialEnd's word; null when no dialling begins at all. */
  readonly dialEnd: 'BUSY' | 'CONGESTION' | 'NOANSWER' | null;
  /** Causes of the first and the second half. */
  readonly causes: readonly [number, number];
  readonly expected: ExpectedOutcome;
}

/** Every Local outcome there is without a carrier. */
export const localPlan: readonly LocalEnd[] = [
  {
    extension: 'busy',
    title: 'meets Busy() in the dialplan',
    application: 'Busy()',
    dialEnd: 'BUSY',
    causes: [0, 17],
    expected: indicated('response-busy', 'BUSY', 'busy', 5, 17),
  },
  {
    extension: 'congestion',
    title: 'meets Congestion() in the dialplan',
    application: 'Congestion()',
    dialEnd: 'CONGESTION',
    causes: [0, 34],
    expected: indicated('response-congestion', 'CONGESTION', 'dialing_error', 8, 34),
  },
  {
    extension: 'unallocated',
    title: 'meets Hangup(1) in the dialplan',
    application: 'Hangup(1)',
    dialEnd: 'NOANSWER',
    causes: [1, 1],
    expected: byCause('q850-1', 'FAILURE', 'invalid_number', 1),
  },
  {
    extension: 'rejected',
    title: 'meets Hangup(21) in the dialplan',
    application: 'Hangup(21)',
    dialEnd: 'NOANSWER',
    causes: [21, 21],
    expected: byCause('q850-21', 'NO_ANSWER', 'rejected', 21),
  },
  {
    extension: 'missing',
    title: 'is no extension of the dialplan',
    application: null,
    dialEnd: null,
    causes: [0, 0],
    // A cause that says nothing, on which Issabel's word is not improved.
    expected: {
      ...byCause('q850-0', 'FAILURE', 'dialing_error', 0),
      confidence: 'unsure',
      issabel: { dialStatus: 'NO_ANSWER', callStatus: 'no_answer' },
    },
  },
];

/** Reason 5 or 8, for which Issabel's page has no word: the evidence decides there as well. */
function indicated(
  rule: string,
  dialStatus: ExpectedOutcome['dialStatus'],
  callStatus: ExpectedOutcome['callStatus'],
  reason: number,
  cause: number,
): ExpectedOutcome {
  const expected = failed(rule, dialStatus, callStatus, cause, null);
  return { ...expected, confidence: 'likely', reason, issabel: { dialStatus, callStatus } };
}

function byCause(
  rule: string,
  dialStatus: ExpectedOutcome['dialStatus'],
  callStatus: ExpectedOutcome['callStatus'],
  cause: number,
): ExpectedOutcome {
  return { ...failed(rule, dialStatus, callStatus, cause, null), confidence: 'likely' };
}
