import type { ExpectedOutcome } from './carrier-plan.ts';

/** Context of the provisioned PBX whose extensions end as the local plan says. */
export const localPlanContext = 'local-outcomes';

/**
 * What a Local channel into a dialplan ends with, by extension. Local channels come in pairs, and the
 * true cause is on the second half for some of them. They carry no SIP code.
 */
export interface LocalEnd {
  readonly extension: string;
  /** The one dialplan step of that extension; null when there is no such extension. */
  readonly application: string | null;
  /** DialEnd's word; null when no dialling begins at all. */
  readonly dialEnd: 'BUSY' | 'CONGESTION' | 'NOANSWER' | null;
  /** Causes of the first and the second half. */
  readonly causes: readonly [number, number];
  readonly expected: ExpectedOutcome;
}

/** Every Local outcome there is. */
export const localPlan: readonly LocalEnd[] = [
  {
    extension: 'busy',
    application: 'Busy()',
    dialEnd: 'BUSY',
    causes: [0, 17],
    expected: failure('BUSY', 'busy', 5, 17),
  },
  {
    extension: 'congestion',
    application: 'Congestion()',
    dialEnd: 'CONGESTION',
    causes: [0, 34],
    expected: failure('CONGESTION', 'dialing_error', 8, 34),
  },
  {
    extension: 'unallocated',
    application: 'Hangup(1)',
    dialEnd: 'NOANSWER',
    causes: [1, 1],
    expected: failure('FAILURE', 'invalid_number', 0, 1),
  },
  {
    extension: 'rejected',
    application: 'Hangup(21)',
    dialEnd: 'NOANSWER',
    causes: [21, 21],
    expected: failure('NO_ANSWER', 'rejected', 0, 21),
  },
  {
    extension: 'missing',
    application: null,
    dialEnd: null,
    causes: [0, 0],
    expected: failure('FAILURE', 'dialing_error', 0, 0),
  },
];

function failure(
  dialStatus: ExpectedOutcome['dialStatus'],
  callStatus: ExpectedOutcome['callStatus'],
  reason: number,
  cause: number,
): ExpectedOutcome {
  return { dialStatus, callStatus, response: 'Failure', reason, cause, techCause: null };
}
