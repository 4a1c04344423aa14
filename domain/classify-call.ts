import type { CallOutcome, OutcomeRow } from './call-outcome.ts';
import type { CallStatus } from './call-status.ts';
import { causeOutcome } from './cause-outcome.ts';
import type { DialStatus } from './dial-status.ts';
import type { EvidenceEvent } from './evidence.ts';
import { readEvidence, type EvidenceSummary } from './read-evidence.ts';
import { dialStatusOfReason, type ReasonDialect } from './reason-dialect.ts';
import { sipOutcome } from './sip-outcome.ts';

/**
 * Classification: from the evidence of one attempt to its dial status and call status. Busy,
 * rejected, unknown and congested all arrive as Reason 0 over PJSIP, so the Reason alone tells
 * little. Evidence is believed in this order: an answer; our own ring time-out (Reason 3, where
 * TechCause 480 is Asterisk's invention and not the carrier's word); the carrier's SIP code; Reason
 * busy or congestion; the Q.850 cause; DialEnd. What follows an answer is never read as a failure.
 */
export interface Classification {
  readonly dialStatus: DialStatus | null;
  /** Never `restricted` or `cancelled`: those are not outcomes of a call. */
  readonly callStatus: CallStatus;
  /** Stable name of the rule that decided, such as `response-answer`, `sip-486`, `silence`. */
  readonly rule: string;
  /** `Error`: the PBX refused the action itself. */
  readonly response: 'Success' | 'Failure' | 'Error' | null;
  /** As on the wire. */
  readonly reason: number | null;
  readonly cause: number | null;
  readonly causeText: string | null;
  readonly techCause: string | null;
  /** ISO 8601 UTC. */
  readonly answeredAt: string | null;
  /** ISO 8601 UTC; null while nothing shows that the call has ended. */
  readonly endedAt: string | null;
}

/** What classification needs to know of the trunk and its PBX. */
export interface TrunkTraits {
  readonly reasonDialect: ReasonDialect;
  /** false: the carrier never reports ringing, so silence is no sign of trouble. */
  readonly reportsRinging: boolean;
}

/** Dial status and call status of an attempt; every evidence gets one, none throws. */
export function classifyCall(events: readonly EvidenceEvent[], trunk: TrunkTraits): Classification {
  const summary = readEvidence(events);
  const outcome = judge(summary, trunk);
  return {
    ...outcome,
    response: summary.response?.response ?? (summary.refused ? 'Error' : null),
    reason: summary.response?.reason ?? null,
    cause: summary.cause,
    causeText: summary.causeText,
    techCause: summary.techCause,
    answeredAt: outcome.dialStatus === 'ANSWER' ? answeredAt(summary) : null,
    endedAt: summary.endedAt,
  };
}

function answeredAt({ response, seenUpAt }: EvidenceSummary): string | null {
  if (response === null || seenUpAt === null) return response?.at ?? seenUpAt;
  return seenUpAt < response.at ? seenUpAt : response.at;
}

function judge(summary: EvidenceSummary, trunk: TrunkTraits): CallOutcome {
  const { response } = summary;
  if (response === null) return judgeWithoutResponse(summary, trunk);
  const literal = dialStatusOfReason(trunk.reasonDialect, response.reason);
  if (literal === 'ANSWER') return answered('response-answer');
  if (trunk.reasonDialect === 'issabel' && literal !== null) {
    return judgeLiteral(summary, trunk, literal);
  }
  if (response.response === 'Success') return answered('response-success');
  if (response.reason === 3) return judgeRingTimeout(summary, trunk);
  return (
    judgeSipCode(summary, trunk) ??
    outcomeOfReason.get(response.reason) ??
    judgeCause(summary, trunk) ??
    judgeWithoutHangup(summary)
  );
}

const answered = (rule: string): CallOutcome => ({
  dialStatus: 'ANSWER',
  callStatus: 'answered',
  rule,
});

const outcomeOfReason: ReadonlyMap<number, CallOutcome> = new Map([
  [5, { dialStatus: 'BUSY', callStatus: 'busy', rule: 'response-busy' }],
  [8, { dialStatus: 'CONGESTION', callStatus: 'dialing_error', rule: 'response-congestion' }],
]);

// A dead carrier looks like nobody answering, except that nothing ever rings.
function judgeRingTimeout(summary: EvidenceSummary, trunk: TrunkTraits): CallOutcome {
  return mayHaveRung(summary, trunk)
    ? { dialStatus: 'NO_ANSWER', callStatus: 'no_answer', rule: 'ring-timeout' }
    : { dialStatus: 'NO_ANSWER', callStatus: 'dialing_error', rule: 'silence' };
}

function mayHaveRung(summary: EvidenceSummary, trunk: TrunkTraits): boolean {
  return summary.rang || summary.mayHaveMissedRinging || !trunk.reportsRinging;
}

function judgeSipCode(summary: EvidenceSummary, trunk: TrunkTraits): CallOutcome | null {
  const code = Number(summary.techCause ?? Number.NaN);
  return ruled(sipOutcome(code), `sip-${code}`, mayHaveRung(summary, trunk));
}

function judgeCause(summary: EvidenceSummary, trunk: TrunkTraits): CallOutcome | null {
  if (summary.cause === null) return null;
  const rule = `q850-${summary.cause}`;
  return ruled(causeOutcome(summary.cause), rule, mayHaveRung(summary, trunk));
}

function ruled(row: OutcomeRow | null, rule: string, rang: boolean): CallOutcome | null {
  if (row === null) return null;
  const { dialStatus, callStatus } = rang ? (row.ifRang ?? row) : row;
  return { dialStatus, callStatus, rule };
}

// The PBX says that the call failed, and nothing else: the Hangup was lost or there never was a channel.
function judgeWithoutHangup(summary: EvidenceSummary): CallOutcome {
  const byDialEnd = outcomeOfDialEnd.get(summary.dialEnd ?? '');
  if (byDialEnd) return byDialEnd;
  if (summary.rang) {
    return { dialStatus: 'NO_ANSWER', callStatus: 'no_answer', rule: 'failure-after-ringing' };
  }
  const sawNothing = summary.dialEnd === null && !summary.hungUp && !summary.mayHaveMissedRinging;
  const rule = sawNothing ? 'no-channel' : 'failure-without-cause';
  return { dialStatus: 'FAILURE', callStatus: 'dialing_error', rule };
}

// NOANSWER is missing on purpose: DialEnd says it for nearly everything.
const outcomeOfDialEnd: ReadonlyMap<string, CallOutcome> = new Map([
  ['BUSY', { dialStatus: 'BUSY', callStatus: 'busy', rule: 'dial-end-busy' }],
  [
    'CONGESTION',
    { dialStatus: 'CONGESTION', callStatus: 'dialing_error', rule: 'dial-end-congestion' },
  ],
  [
    'CHANUNAVAIL',
    { dialStatus: 'FAILURE', callStatus: 'dialing_error', rule: 'dial-end-chanunavail' },
  ],
]);

const callStatusOfLiteral: Readonly<Record<DialStatus, CallStatus>> = {
  NO_ANSWER: 'no_answer',
  BUSY: 'busy',
  FAILURE: 'dialing_error',
  CONGESTION: 'dialing_error',
  ANSWER: 'answered',
};

// The seed table is taken at its word; a clear SIP code or cause tells what it meant for the contact.
function judgeLiteral(
  summary: EvidenceSummary,
  trunk: TrunkTraits,
  dialStatus: DialStatus,
): CallOutcome {
  const clearer = judgeClearHangup(summary, trunk);
  if (clearer) return { ...clearer, dialStatus };
  const rule = `issabel-${dialStatus.toLowerCase().replace('_', '-')}`;
  return { dialStatus, callStatus: callStatusOfLiteral[dialStatus], rule };
}

/** What the hangup says when it is clear even without a response. */
function judgeClearHangup(summary: EvidenceSummary, trunk: TrunkTraits): CallOutcome | null {
  const bySip = sipOutcome(Number(summary.techCause ?? Number.NaN));
  if (bySip) return bySip.vague ? null : judgeSipCode(summary, trunk);
  const byCause = causeOutcome(summary.cause ?? Number.NaN);
  return byCause && !byCause.vague ? judgeCause(summary, trunk) : null;
}

function judgeWithoutResponse(summary: EvidenceSummary, trunk: TrunkTraits): CallOutcome {
  if (summary.refused) {
    return { dialStatus: 'FAILURE', callStatus: 'dialing_error', rule: 'refused' };
  }
  if (summary.seenUpAt !== null) return answered('seen-up');
  return (
    judgeClearHangup(summary, trunk) ?? {
      dialStatus: null,
      callStatus: 'unconfirmed',
      rule: 'no-response',
    }
  );
}
