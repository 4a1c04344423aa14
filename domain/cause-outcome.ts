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

/** A vague copy of a row: see OutcomeRow. */
const vague = (row: OutcomeRow): OutcomeRow => ({ ...row, vague: true });

// ITU-T Q.850; only causes that differ from their class are listed.
const rowByCause: ReadonlyMap<number, OutcomeRow> = new Map([
  [0, vague(dialingError)], // also what an answered call ends with when the contact hangs up
  [1, invalidNumber],
  [5, invalidNumber],
  [17, busy],
  [18, unansweredIfRang],
  [19, noAnswer],
  [20, outOfService],
  [21, rejected],
  [22, outOfService],
  [23, vague(dialingError)], // redirected: may live on in another channel
  [25, dialingError],
  [27, outOfService],
  [28, invalidNumber],
  [29, dialingError],
  [38, dialingError],
  [41, dialingError],
  [102, unansweredIfRang], // a timer ran out: also how some carriers end a call that rang long enough
  [127, vague(unansweredIfRang)], // interworking: what Asterisk makes of codes it does not map
]);

// By Q.850 class: normal, normal clearing, resource unavailable; everything above is an error.
const rowByClass: readonly OutcomeRow[] = [dialingError, vague(noAnswer), congested];

/** The outcome of a Q.850 hangup cause, 0–127; null for any other number. */
export function causeOutcome(cause: number): OutcomeRow | null {
  if (!Number.isInteger(cause) || cause < 0 || cause > 127) return null;
  return rowByCause.get(cause) ?? rowByClass[Math.trunc(cause / 16)] ?? dialingError;
}
