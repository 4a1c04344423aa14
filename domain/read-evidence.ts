import type { EvidenceEvent } from './evidence.ts';

type Kind = EvidenceEvent['kind'];
type EventOf<K extends Kind> = Extract<EvidenceEvent, { kind: K }>;
type GapReason = EventOf<'gap'>['why'];

/** What the evidence of one attempt says, whatever the order and the duplicates it arrived in. */
export interface EvidenceSummary {
  readonly response: EventOf<'response'> | null;
  readonly refused: boolean;
  /** RINGING or PROGRESS was seen. */
  readonly rang: boolean;
  /** Events before the end may have been missed, so what was not seen proves nothing. */
  readonly mayHaveMissedRinging: boolean;
  readonly dialEnd: string | null;
  readonly hungUp: boolean;
  readonly cause: number | null;
  readonly causeText: string | null;
  readonly techCause: string | null;
  /** When other evidence than the response proves an answer. */
  readonly seenUpAt: string | null;
  readonly endedAt: string | null;
}

const holes: ReadonlySet<GapReason> = new Set<GapReason>(['link_lost', 'pbx_restarted', 'adopted']);

/** Reads the events of one attempt into the facts that classify-call.ts judges. */
export function readEvidence(events: readonly EvidenceEvent[]): EvidenceSummary {
  const states = allOf(events, 'dial_state').map((event) => event.dialStatus);
  return {
    response: findResponse(events),
    refused: allOf(events, 'refused').length > 0,
    rang: states.some((state) => state === 'RINGING' || state === 'PROGRESS'),
    mayHaveMissedRinging: allOf(events, 'gap').some((event) => holes.has(event.why)),
    dialEnd: allOf(events, 'dial_end').at(-1)?.dialStatus ?? null,
    ...readHangups(allOf(events, 'hangup')),
    seenUpAt: findAnswer(events)?.at ?? null,
    endedAt: findEnd(events)?.at ?? null,
  };
}

function allOf<K extends Kind>(events: readonly EvidenceEvent[], kind: K): EventOf<K>[] {
  return events.filter((event): event is EventOf<K> => event.kind === kind);
}

// A duplicate or late Failure must not hide that the call was answered.
function findResponse(events: readonly EvidenceEvent[]): EventOf<'response'> | null {
  const responses = allOf(events, 'response');
  return responses.find((event) => event.response === 'Success') ?? responses[0] ?? null;
}

// On a Local pair half 1 often ends with cause 0 while half 2 has the true one.
function readHangups(hangups: readonly EventOf<'hangup'>[]) {
  const ordered = hangups.toSorted((a, b) => a.half - b.half);
  const telling = ordered.find((event) => event.cause !== 0) ?? ordered[0];
  return {
    hungUp: hangups.length > 0,
    cause: telling?.cause ?? null,
    causeText: telling?.causeText ?? null,
    techCause: ordered.find((event) => event.techCause !== null)?.techCause ?? null,
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
