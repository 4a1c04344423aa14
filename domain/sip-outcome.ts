import {
  busy,
  congested,
  dialingError,
  invalidNumber,
  noAnswer,
  outOfService,
  rejected,
  unansweredIfRang,
  type OutcomeRow,
} from './call-outcome.ts';

// Only codes that differ from their family are listed.
const rowBySipCode: ReadonlyMap<number, OutcomeRow> = new Map([
  [301, outOfService], // moved for good: the number has changed
  [404, invalidNumber],
  [408, unansweredIfRang],
  [410, outOfService],
  [480, noAnswer],
  [484, invalidNumber],
  [485, invalidNumber],
  [486, busy],
  [487, noAnswer], // the carrier's own ring timer
  [502, outOfService],
  [503, congested],
  [600, busy],
  [604, invalidNumber],
  [606, dialingError],
  [608, dialingError], // RFC 8688: an intermediary refused us, the person never knew
]);

// A redirect may live on in another channel, so without a response it proves nothing. An unknown
// 6xx is the called side's definitive refusal (RFC 3261, 21.6): rejected, not something to redial.
const rowByFamily: ReadonlyMap<number, OutcomeRow> = new Map([
  [3, { ...dialingError, vague: true }],
  [4, dialingError],
  [5, dialingError],
  [6, rejected],
]);

/** The outcome of a final SIP response code (TechCause), 300–699; null for any other number. */
export function sipOutcome(code: number): OutcomeRow | null {
  return rowBySipCode.get(code) ?? rowByFamily.get(Math.trunc(code / 100)) ?? null;
}

/** True for a code with a row of its own; the others are read by their family (RFC 3261, 8.1.3.2). */
export function isListedSipCode(code: number): boolean {
  return rowBySipCode.has(code);
}
