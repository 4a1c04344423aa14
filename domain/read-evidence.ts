import type { EvidenceEvent } from './evidence.ts';
import { readLastLeg, type LastLeg } from './read-last-leg.ts';
import { readTarget, type TargetSummary } from './read-target.ts';
import { allOf, type EventOf } from './select-evidence.ts';

type GapReason = EventOf<'gap'>['why'];

/** What the evidence of one attempt says, whatever the order and the duplicates it arrived in. */
export interface EvidenceSummary {
  readonly ordered: EventOf<'ordered'> | null;
  readonly response: EventOf<'response'> | null;
  readonly refused: boolean;
  /** When RINGING or PROGRESS was seen first. */
  readonly ringingAt: string | null;
  /** Events before the end may have been missed, so what was not seen proves nothing. */
  readonly hasHole: boolean;
  readonly dialEnd: string | null;
  readonly hungUp: boolean;
  readonly cause: number | null;
  readonly causeText: string | null;
  readonly techCause: string | null;
  /** Over a Local channel: how the last channel to the carrier ended. */
  readonly lastLeg: LastLeg | null;
  /** What became of the call on the side it was connected to. */
  readonly target: TargetSummary;
  readonly hungUpBy: 'contact' | 'us' | null;
  /** When other evidence than the response proves an answer. */
  readonly seenUpAt: string | null;
  readonly endedAt: string | null;
}

const holes: ReadonlySet<GapReason> = new Set<GapReason>(['link_lost', 'pbx_restarted', 'adopted']);

/** Reads the events of one attempt into the facts that classify-call.ts judges. */
export function readEvidence(events: readonly EvidenceEvent[]): EvidenceSummary {
  const lastLeg = readLastLeg(events);
  return {
    ordered: allOf(events, 'ordered')[0] ?? null,
    response: findResponse(events),
    refused: allOf(events, 'refused').length > 0,
    ringingAt: findRinging(events)?.at ?? null,
    hasHole: allOf(events, 'gap').some((event) => holes.has(event.why)),
    dialEnd: allOf(events, 'dial_end').at(-1)?.dialStatus ?? null,
    ...readHangups(allOf(events, 'hangup'), lastLeg),
    lastLeg,
    target: readTarget(events),
    hungUpBy: whoHungUp(events),
    seenUpAt: findAnswer(events)?.at ?? null,
    endedAt: findEnd(events)?.at ?? null,
  };
}

// An application that ends, such as Queue or Dial, ends our channel without a request.
function whoHungUp(events: readonly EvidenceEvent[]): 'contact' | 'us' | null {
  const [request] = allOf(events, 'hangup_request');
  if (request !== undefined) return request.by;
  const isWhole = allOf(events, 'gap').length === 0 && allOf(events, 'hangup').length > 0;
  return isWhole ? 'us' : null;
}

// A duplicate or late Failure must not hide that the call was answered.
function findResponse(events: readonly EvidenceEvent[]): EventOf<'response'> | null {
  const responses = allOf(events, 'response');
  return responses.find((event) => event.response === 'Success') ?? responses[0] ?? null;
}

function findRinging(events: readonly EvidenceEvent[]): EvidenceEvent | undefined {
  return events.find(
    (event) =>
      (event.kind === 'dial_state' && ['RINGING', 'PROGRESS'].includes(event.dialStatus)) ||
      (event.kind === 'leg' && event.side === 'carrier' && event.what === 'ringing'),
  );
}

/**
 * On a Local pair half 1 often ends with cause 0 while half 2 has the true one. Neither has a SIP code:
 * that is on the channel to the carrier, and its cause then belongs to it.
 */
function readHangups(hangups: readonly EventOf<'hangup'>[], lastLeg: LastLeg | null) {
  const ordered = hangups.toSorted((a, b) => a.half - b.half);
  const telling = ordered.find((event) => event.cause !== 0) ?? ordered[0];
  const techCause = ordered.find((event) => event.techCause !== null)?.techCause ?? null;
  const ofLeg = techCause === null && lastLeg !== null && lastLeg.techCause !== null;
  return {
    hungUp: hangups.length > 0,
    cause: (ofLeg ? lastLeg.cause : telling?.cause) ?? null,
    causeText: (ofLeg ? lastLeg.causeText : telling?.causeText) ?? null,
    techCause: ofLeg ? lastLeg.techCause : techCause,
  };
}

function findAnswer(events: readonly EvidenceEvent[]): EvidenceEvent | undefined {
  return events.find(
    (event) =>
      (event.kind === 'channel_state' && event.state === 'Up') ||
      (event.kind === 'dial_end' && event.dialStatus === 'ANSWER'),
  );
}

function findEnd(events: readonly EvidenceEvent[]): EvidenceEvent | undefined {
  const hangups = allOf(events, 'hangup');
  return (
    hangups.find((event) => event.half === 1) ??
    hangups[0] ??
    allOf(events, 'gap').find((event) => event.why === 'no_hangup') ??
    allOf(events, 'response').find((event) => event.response === 'Failure') ??
    allOf(events, 'refused')[0]
  );
}
