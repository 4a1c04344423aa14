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

function isTaken(event: EvidenceEvent): boolean {
  return (
    (event.kind === 'leg' && event.side === 'target' && event.what === 'answered') ||
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

/** The last one that succeeded: where the call really went. */
function findTransfer(events: readonly EvidenceEvent[]): Transfer | null {
  const succeeded = allOf(events, 'transfer').filter(({ result }) => result === 'success');
  const last = succeeded.at(-1);
  return last === undefined ? null : { how: last.how, destination: last.destination };
}

/** A dialplan that connects the call to somebody else after the first one has gone. */
function findSecondAnswer(events: readonly EvidenceEvent[]): Transfer | null {
  const answers = allOf(events, 'leg').filter(
    ({ side, direct, what }) => side === 'target' && direct && what === 'answered',
  );
  const last = answers.at(-1);
  if (last === undefined || answers.length < 2) return null;
  return { how: 'dialplan', destination: last.endpoint };
}
