import { ruling, type CallOutcome, type OutcomeRow } from './call-outcome.ts';
import { causeOutcome } from './cause-outcome.ts';
import type { EvidenceSummary } from './read-evidence.ts';
import { causeOfSipCode } from './sip-cause-of-asterisk.ts';
import { isListedSipCode, sipOutcome } from './sip-outcome.ts';
import type { TrunkTraits } from './trunk-traits.ts';

/** What a call was that the PBX says failed (any Reason but an answer and our own ring time-out). */
export function judgeFailure(
  summary: EvidenceSummary,
  trunk: TrunkTraits,
  reason: number,
): CallOutcome {
  return (
    judgeCarrierCause(summary, trunk) ??
    judgeSipCode(summary, trunk) ??
    judgeLegWord(summary) ??
    outcomeOfReason.get(reason) ??
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
    const byLeg = judgeCarrierCause(summary, trunk) ?? judgeSipCode(summary, trunk);
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
  if (bySip) {
    if (bySip.vague) return null;
    return judgeCarrierCause(summary, trunk) ?? judgeSipCode(summary, trunk);
  }
  const byCause = causeOutcome(summary.cause ?? Number.NaN);
  return byCause && !byCause.vague ? judgeCause(summary, trunk) : null;
}

function mayHaveRung(summary: EvidenceSummary, trunk: TrunkTraits): boolean {
  return summary.ringingAt !== null || summary.hasHole || !trunk.reportsRinging;
}

function sipCodeOf({ techCause }: EvidenceSummary): number {
  return Number(techCause ?? Number.NaN);
}

/**
 * Codes that gateways make of many causes (RFC 3398, 8.2.6.1). Others say themselves what happened, and
 * 487 is often sent with the cause of whatever timer ran out.
 */
const genericSipCodes: ReadonlySet<number> = new Set([
  400, 403, 404, 408, 410, 480, 488, 500, 501, 502, 503, 504,
]);

/**
 * A Q.850 cause in a Reason header (RFC 3326), which says more than a generic SIP code. It shows as a
 * cause that Asterisk does not make of that code itself.
 */
function judgeCarrierCause(summary: EvidenceSummary, trunk: TrunkTraits): CallOutcome | null {
  const { cause } = summary;
  const code = sipCodeOf(summary);
  const ownCause = causeOfSipCode(code);
  if (cause === null || ownCause === null || cause === ownCause) return null;
  const row = genericSipCodes.has(code) ? causeOutcome(cause) : null;
  if (row === null || row.vague) return null;
  const rule = `q850-${cause}`;
  return { ...ruled(row, mayHaveRung(summary, trunk)), rule, confidence: 'certain' };
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
