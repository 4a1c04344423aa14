import { ruling, type CallOutcome } from './call-outcome.ts';
import type { CallStatus } from './call-status.ts';
import type { DialStatus } from './dial-status.ts';
import type { EvidenceEvent } from './evidence.ts';
import { hasNoSound, judgeAnswer } from './judge-answer.ts';
import { judgeClearHangup, judgeFailure, judgeRingTimeout } from './judge-failure.ts';
import { readEvidence, type EvidenceSummary } from './read-evidence.ts';
import { dialStatusOfReason } from './reason-dialect.ts';
import type { TrunkTraits } from './trunk-traits.ts';

/**
 * Classification: from the evidence of one attempt to its dial status and call status. Busy,
 * rejected, unknown and congested all arrive as Reason 0 over PJSIP, so the Reason alone tells
 * little. Evidence is believed in this order: an answer, and then what became of it; our own ring
 * time-out (Reason 3, where TechCause 480 is Asterisk's invention and not the carrier's word); the
 * carrier's SIP code; Reason busy or congestion; the Q.850 cause; DialEnd. What follows an answer is
 * never read as a failure.
 */
export interface Classification extends CallOutcome {
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
  /** Of an answered call; null when it was not told. */
  readonly hungUpBy: 'contact' | 'us' | null;
  /** From the first ringing until the answer or the end, in milliseconds; null when it was not seen to ring. */
  readonly ringMs: number | null;
  /** From the answer until the end, in milliseconds; null when it was not answered or the end is not known. */
  readonly talkMs: number | null;
  /** Where a transferred call went; null when it was not transferred or that was not told. */
  readonly transferredTo: string | null;
}

/** Dial status and call status of an attempt; every evidence gets one, none throws. */
export function classifyCall(events: readonly EvidenceEvent[], trunk: TrunkTraits): Classification {
  const summary = readEvidence(events);
  const outcome = judge(summary, trunk);
  const isAnswered = outcome.dialStatus === 'ANSWER';
  const answeredAt = isAnswered ? answerTime(summary) : null;
  const { endedAt, ringingAt, target } = summary;
  return {
    ...outcome,
    response: summary.response?.response ?? (summary.refused ? 'Error' : null),
    reason: summary.response?.reason ?? null,
    cause: summary.cause,
    causeText: summary.causeText,
    techCause: summary.techCause,
    answeredAt,
    endedAt,
    hungUpBy: isAnswered ? whoHungUp(summary) : null,
    ringMs: millisecondsBetween(ringingAt, answeredAt ?? endedAt),
    talkMs: millisecondsBetween(answeredAt, endedAt),
    transferredTo:
      outcome.callStatus === 'transferred' ? (target.transfer?.destination ?? null) : null,
  };
}

/** A call without sound is ended by Asterisk, which says that the far end asked for it. */
function whoHungUp(summary: EvidenceSummary): 'contact' | 'us' | null {
  return hasNoSound(summary) ? 'us' : summary.hungUpBy;
}

function answerTime({ response, seenUpAt }: EvidenceSummary): string | null {
  const answerAt = response?.response === 'Success' ? response.at : null;
  if (answerAt === null || seenUpAt === null) return answerAt ?? seenUpAt ?? response?.at ?? null;
  return seenUpAt < answerAt ? seenUpAt : answerAt;
}

/** Longer than any call; a clock that was set shows as more. */
const longestMs = 24 * 60 * 60 * 1000;

/** The wall clock may have stepped between two events: then there is no telling. */
function millisecondsBetween(from: string | null, to: string | null): number | null {
  if (from === null || to === null) return null;
  const ms = Date.parse(to) - Date.parse(from);
  return ms >= 0 && ms <= longestMs ? ms : null;
}

function judge(summary: EvidenceSummary, trunk: TrunkTraits): CallOutcome {
  const { response } = summary;
  if (response === null) return judgeWithoutResponse(summary, trunk);
  const literal = dialStatusOfReason(trunk.reasonDialect, response.reason);
  if (literal === 'ANSWER') return judgeAnswer(summary, 'response-answer');
  if (trunk.reasonDialect === 'issabel' && literal !== null) {
    return judgeLiteral(summary, trunk, literal);
  }
  if (response.response === 'Success') return judgeAnswer(summary, 'response-success');
  if (response.reason === 3) return judgeRingTimeout(summary, trunk);
  return judgeFailure(summary, trunk, response.reason);
}

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
  return ruling(dialStatus, callStatusOfLiteral[dialStatus], rule, 'likely');
}

function judgeWithoutResponse(summary: EvidenceSummary, trunk: TrunkTraits): CallOutcome {
  if (summary.refused) return ruling('FAILURE', 'dialing_error', 'refused', 'certain');
  if (summary.seenUpAt !== null) return judgeAnswer(summary, 'seen-up');
  return judgeClearHangup(summary, trunk) ?? ruling(null, 'unconfirmed', 'no-response', 'unsure');
}

export type { TrunkTraits };
