import type { CallStatus } from './call-status.ts';
import type { DialStatus } from './dial-status.ts';

/** What the evidence says about a call, and the stable name of the rule that says so. */
export interface CallOutcome {
  readonly dialStatus: DialStatus | null;
  readonly callStatus: CallStatus;
  readonly rule: string;
  readonly confidence: Confidence;
}

/**
 * How far a status may be relied on. `certain`: the far end or the PBX said so. `likely`: inferred from
 * what they said. `unsure`: the evidence is incomplete.
 */
export type Confidence = 'certain' | 'likely' | 'unsure';

/** A CallOutcome in one line. */
export function ruling(
  dialStatus: DialStatus | null,
  callStatus: CallStatus,
  rule: string,
  confidence: Confidence,
): CallOutcome {
  return { dialStatus, callStatus, rule, confidence };
}

/**
 * One row of an outcome table.
 * - `ifRang` replaces the row when the far end rang: a time-out then means that nobody answered.
 * - `vague` rows are believed only when the PBX reported that the call failed. Alone (the response
 *   was lost) they cannot tell an answered call from a failed one.
 */
export interface OutcomeRow {
  readonly dialStatus: DialStatus;
  readonly callStatus: CallStatus;
  readonly ifRang?: Pick<CallOutcome, 'dialStatus' | 'callStatus'>;
  readonly vague?: true;
}

export const busy: OutcomeRow = { dialStatus: 'BUSY', callStatus: 'busy' };
export const noAnswer = {
  dialStatus: 'NO_ANSWER',
  callStatus: 'no_answer',
} as const satisfies OutcomeRow;
export const rejected: OutcomeRow = { dialStatus: 'NO_ANSWER', callStatus: 'rejected' };
export const invalidNumber: OutcomeRow = { dialStatus: 'FAILURE', callStatus: 'invalid_number' };
export const outOfService: OutcomeRow = { dialStatus: 'FAILURE', callStatus: 'out_of_service' };
export const dialingError: OutcomeRow = { dialStatus: 'FAILURE', callStatus: 'dialing_error' };
export const congested: OutcomeRow = { dialStatus: 'CONGESTION', callStatus: 'dialing_error' };
export const unansweredIfRang: OutcomeRow = { ...dialingError, ifRang: noAnswer };
