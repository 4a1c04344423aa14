import { failed, refused, row } from './build-outcome.ts';
import type { ExpectedOutcome, Outcome } from './outcome.ts';

/**
 * A carrier with a telephone network behind it: it refuses with the SIP code its gateway makes of a
 * Q.850 cause (RFC 3398), and sends the cause itself in a Reason header (RFC 3326, RFC 6432). Named 7 and
 * the cause. Asterisk 22.10 reads the header and then puts the cause that belongs to the code in its
 * place (chan_pjsip_session_end), so where the two differ we never learn what the carrier meant.
 */
export const reasonHeaders: readonly Outcome[] = [
  gateway(1, 'unallocated number', 404, refused(404, 1, 'FAILURE', 'invalid_number')),
  gateway(3, 'no route to destination', 404, byCause(3, 404, 'dialing_error')),
  gateway(17, 'user busy', 486, refused(486, 17, 'BUSY', 'busy')),
  gateway(18, 'no user responding', 408, refused(408, 18, 'FAILURE', 'dialing_error')),
  gateway(19, 'no answer', 480, refused(480, 19, 'NO_ANSWER', 'no_answer')),
  gateway(20, 'subscriber absent', 480, byCause(20, 480, 'out_of_service')),
  gateway(21, 'call rejected', 403, refused(403, 21, 'FAILURE', 'dialing_error')),
  gateway(22, 'number changed', 410, refused(410, 22, 'FAILURE', 'out_of_service')),
  gateway(27, 'destination out of order', 502, refused(502, 27, 'FAILURE', 'out_of_service')),
  gateway(28, 'invalid number format', 484, refused(484, 28, 'FAILURE', 'invalid_number')),
  gateway(31, 'normal, unspecified', 480, refused(480, 31, 'NO_ANSWER', 'no_answer')),
  gateway(34, 'no circuit available', 503, refused(503, 34, 'CONGESTION', 'dialing_error')),
  gateway(38, 'network out of order', 500, refused(500, 38, 'FAILURE', 'dialing_error')),
  gateway(42, 'switch congestion', 503, refused(503, 42, 'CONGESTION', 'dialing_error')),
  gateway(58, 'bearer capability not available', 488, refused(488, 58, 'FAILURE', 'dialing_error')),
];

function gateway(q850: number, title: string, sipCode: number, expected: ExpectedOutcome): Outcome {
  const code = `7${String(q850).padStart(2, '0')}`;
  const words = `${sipCode} with Q.850 cause ${q850}, ${title}`;
  const behaviour = { kind: 'refuse', sipCode, ringsFirst: false, q850 } as const;
  return row(code, words, behaviour, expected, `Q.850 cause ${q850}; RFC 6432`, {
    sameEvidenceAs: String(sipCode),
  });
}

/** What the cause says where the SIP code is too general to. */
function byCause(
  cause: number,
  sipCode: number,
  callStatus: 'dialing_error' | 'out_of_service',
): ExpectedOutcome {
  return failed(`q850-${cause}`, 'FAILURE', callStatus, cause, String(sipCode));
}
