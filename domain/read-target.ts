import type { DialplanStep, EvidenceEvent } from './evidence.ts';
import { allOf, type EventOf } from './select-evidence.ts';

/** What became of an answered call on the side it was connected to. */
export interface TargetSummary {
  readonly machine: EventOf<'machine'> | null;
  /** When somebody or something took the call first; null when nobody did. */
  readonly takenAt: string | null;
  /** A phone was rung or a queue joined for it, since the fallback if there was one. */
  readonly somebodyWasCalled: boolean;
  readonly fellBack: boolean;
  readonly transfer: Transfer | null;
}

export interface Transfer {
  readonly how: EventOf<'transfer'>['how'];
  readonly destination: string | null;
}

/** Reads the events that follow an answer. */
export function readTarget(events: readonly EvidenceEvent[]): TargetSummary {
  const fallback = events.findIndex((event) => isStep(event, 'fallback'));
  return {
    machine: allOf(events, 'machine')[0] ?? null,
    takenAt: events.find(isTaken)?.at ?? null,
    somebodyWasCalled: events.slice(fallback + 1).some(isCalling),
    fellBack: fallback >= 0,
    transfer: findTransfer(events) ?? findSecondAnswer(events),
  };
}

function isStep(event: EvidenceEvent, step: DialplanStep): boolean {
  return event.kind === 'step' && event.step === step;
}

/** A phone that was picked up is no proof: a confirmation may follow, and nobody may ever talk. */
function isTaken(event: EvidenceEvent): boolean {
  return (
    (event.kind === 'bridge' && event.what === 'talking') ||
    (event.kind === 'queue' && event.what === 'agent_connected') ||
    isStep(event, 'connected')
  );
}

function isCalling(event: EvidenceEvent): boolean {
  return (
    (event.kind === 'leg' && event.side === 'target' && event.what === 'dialled') ||
    (event.kind === 'queue' && event.what === 'joined')
  );
}

/**
 * The last one that succeeded: where the call really went. An attended transfer often tells only the
 * channels it joined; then the consultation before it says who was asked.
 */
function findTransfer(events: readonly EvidenceEvent[]): Transfer | null {
  const index = events.findLastIndex(
    (event) => event.kind === 'transfer' && event.result === 'success',
  );
  const last = events[index];
  if (last?.kind !== 'transfer') return null;
  const consulted = last.how === 'attended' ? findConsulted(events.slice(0, index)) : undefined;
  const destination = consulted?.via ?? last.destination ?? consulted?.endpoint ?? null;
  return { how: last.how, destination };
}

/** The phone that the agent called last, after having taken the call. */
function findConsulted(before: readonly EvidenceEvent[]): EventOf<'leg'> | undefined {
  const taken = before.findIndex(isTaken);
  return allOf(taken < 0 ? [] : before.slice(taken + 1), 'leg').findLast(
    ({ side, direct, what }) => side === 'target' && !direct && what === 'dialled',
  );
}

/** A dialplan that connects the call to somebody else after it had talked to a first one. */
function findSecondAnswer(events: readonly EvidenceEvent[]): Transfer | null {
  const talked = events
    .map((event, index) => ({ event, index }))
    .filter(({ event, index }) => isDirectAnswer(event) && talksBeforeNext(events, index));
  const last = talked.at(-1)?.event;
  if (last?.kind !== 'leg' || talked.length < 2) return null;
  return { how: 'dialplan', destination: last.endpoint };
}

function isDirectAnswer(event: EvidenceEvent): boolean {
  return (
    event.kind === 'leg' && event.side === 'target' && event.direct && event.what === 'answered'
  );
}

function talksBeforeNext(events: readonly EvidenceEvent[], answer: number): boolean {
  const after = events.slice(answer + 1);
  const next = after.findIndex(isDirectAnswer);
  return after.slice(0, next < 0 ? after.length : next).some(isTaken);
}
