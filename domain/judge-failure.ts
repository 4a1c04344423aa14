import { ruling, type CallOutcome, type OutcomeRow } from './call-outcome.ts';
import { causeOutcome } from './cause-outcome.ts';
import type { EvidenceSummary } from './read-evidence.ts';
import { isListedSipCode, sipOutcome } from './sip-outcome.ts';
import type { TrunkTraits } from './trunk-traits.ts';

/** What a call was that the PBX says failed (any Reason but an answer and our own ring time-out). */
export function judgeFailure(
  summary: EvidenceSummary,
  trunk: TrunkTraits,
  reason: number,
): CallOutcome {
  return (
    judgeSipCode(summary, trunk) ??
    judgeLegWord(summary) ??
    outcomeOfReason.get(reason) ??
    judgeLostRedirect(summary) ??
    judgeCause(summary, trunk) ??
    judgeWithoutHangup(summary)
  );
}

/**
 * Our own ring time-out. A dead carrier looks like nobody answering, except that nothing ever rings.
 * Over a Local channel the carrier may have said no long before, and the dialplan played music to us.
 */
export function judgeRingTimeout(summary: EvidenceSummary, trunk: TrunkTraits): CallOutcome {
  const { lastLeg } = summary;
  if (lastLeg?.dialStatus && lastLeg.dialStatus !== 'CANCEL' && lastLeg.techCause !== null) {
    const byLeg = judgeSipCode(summary, trunk);
    if (byLeg) return byLeg;
  }
  if (mayHaveRung(summary, trunk)) {
    const confidence = summary.ringingAt === null ? 'likely' : 'certain';
    return ruling('NO_ANSWER', 'no_answer', 'ring-timeout', confidence);
  }
  return ruling('NO_ANSWER', 'dialing_error', 'silence', 'likely');
}

/** What the hangup says when it is clear even without a response. */
export function judgeClearHangup(summary: EvidenceSummary, trunk: TrunkTraits): CallOutcome | null {
  const bySip = sipOutcome(sipCodeOf(summary));
  if (bySip) return bySip.vague ? null : judgeSipCode(summary, trunk);
  const byCause = causeOutcome(summary.cause ?? Number.NaN);
  return byCause && !byCause.vague ? judgeCause(summary, trunk) : null;
}

function mayHaveRung(summary: EvidenceSummary, trunk: TrunkTraits): boolean {
  return summary.ringingAt !== null || summary.hasHole || !trunk.reportsRinging;
}

function sipCodeOf({ techCause }: EvidenceSummary): number {
  return Number(techCause ?? Number.NaN);
}

function judgeSipCode(summary: EvidenceSummary, trunk: TrunkTraits): CallOutcome | null {
  const code = sipCodeOf(summary);
  const row = sipOutcome(code);
  if (row === null) return null;
  const confidence = isListedSipCode(code) ? 'certain' : 'likely';
  return { ...ruled(row, mayHaveRung(summary, trunk)), rule: `sip-${code}`, confidence };
}

function judgeCause(summary: EvidenceSummary, trunk: TrunkTraits): CallOutcome | null {
  const { cause } = summary;
  const row = cause === null ? null : causeOutcome(cause);
  if (row === null) return null;
  const confidence = row.vague ? 'unsure' : 'likely';
  return { ...ruled(row, mayHaveRung(summary, trunk)), rule: `q850-${cause}`, confidence };
}

function ruled(row: OutcomeRow, rang: boolean): Pick<CallOutcome, 'dialStatus' | 'callStatus'> {
  const { dialStatus, callStatus } = rang ? (row.ifRang ?? row) : row;
  return { dialStatus, callStatus };
}

const outcomeOfReason: ReadonlyMap<number, CallOutcome> = new Map([
  [5, ruling('BUSY', 'busy', 'response-busy', 'likely')],
  [8, ruling('CONGESTION', 'dialing_error', 'response-congestion', 'likely')],
]);

/** A channel to the carrier that ended without a SIP code: the dialplan's own ring time-out, another technology. */
function judgeLegWord({ lastLeg }: EvidenceSummary): CallOutcome | null {
  if (lastLeg === null) return null;
  if (lastLeg.dialStatus === 'NOANSWER' && lastLeg.rang) {
    return ruling('NO_ANSWER', 'no_answer', 'leg-no-answer', 'certain');
  }
  return outcomeOfDialEnd.get(lastLeg.dialStatus ?? '') ?? null;
}

/** A redirect ends the call in a race, and now and then without its code: only DialEnd is special then. */
function judgeLostRedirect({ dialEnd, cause }: EvidenceSummary): CallOutcome | null {
  if (dialEnd !== 'CANCEL' || (cause ?? 0) !== 0) return null;
  return ruling('FAILURE', 'dialing_error', 'dial-end-cancel', 'unsure');
}

// The PBX says that the call failed, and nothing else: the Hangup was lost or there never was a channel.
function judgeWithoutHangup(summary: EvidenceSummary): CallOutcome {
  const byDialEnd = outcomeOfDialEnd.get(summary.dialEnd ?? '');
  if (byDialEnd) return byDialEnd;
  if (summary.ringingAt !== null) {
    return ruling('NO_ANSWER', 'no_answer', 'failure-after-ringing', 'unsure');
  }
  const sawNothing = summary.dialEnd === null && !summary.hungUp && !summary.hasHole;
  return sawNothing
    ? ruling('FAILURE', 'dialing_error', 'no-channel', 'certain')
    : ruling('FAILURE', 'dialing_error', 'failure-without-cause', 'unsure');
}

// NOANSWER is missing on purpose: DialEnd says it for nearly everything.
const outcomeOfDialEnd: ReadonlyMap<string, CallOutcome> = new Map([
  ['BUSY', ruling('BUSY', 'busy', 'dial-end-busy', 'likely')],
  ['CONGESTION', ruling('CONGESTION', 'dialing_error', 'dial-end-congestion', 'likely')],
  ['CHANUNAVAIL', ruling('FAILURE', 'dialing_error', 'dial-end-chanunavail', 'likely')],
]);
