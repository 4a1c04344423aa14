import type { EvidenceEvent } from '../domain/evidence.ts';
import type { AmiLog } from './ami-log.ts';
import type { OngoingCall } from './ongoing-call.ts';

/** The evidence of one call: append-only, each fact once, complete when closed. */
export interface EvidenceLog {
  /** What the user of the link holds. */
  readonly call: OngoingCall;
  /** False when closed or known already; two event sessions tell everything twice. */
  append(event: EvidenceEvent): boolean;
  has(kind: EvidenceEvent['kind']): boolean;
  /** Completes it; later facts are not taken. */
  close(): void;
  /** True, once, for a fact that came too late to be taken. */
  isLate(event: EvidenceEvent): boolean;
}

/**
 * How many events of these kinds are kept, before those that decide nothing are left out: a queue may
 * ring many phones for long, and a PBX that invents words must not fill the memory.
 */
const mostTalk = 60;
/** So many of the others, which are few in any honest call. */
const mostFacts = 300;

/** An empty log for one channel. */
export function openEvidenceLog(channelId: string, log: AmiLog): EvidenceLog {
  const events: EvidenceEvent[] = [];
  const known = new Set<string>();
  const listeners = new Set<(event: EvidenceEvent) => void>();
  let complete: (events: readonly EvidenceEvent[]) => void = () => undefined;
  const ended = new Promise<readonly EvidenceEvent[]>((resolve) => (complete = resolve));
  let open = true;

  function tell(event: EvidenceEvent): void {
    for (const listener of [...listeners]) {
      try {
        listener(event);
      } catch (error) {
        // Somebody else's mistake must not stop the reader of all calls.
        log.error({ channelId, error: String(error) }, 'a listener of evidence failed');
      }
    }
  }

  /** What may happen again is only told twice when nothing of its kind came between. */
  function isTold(event: EvidenceEvent, fact: string): boolean {
    if (!repeatable.has(event.kind)) return known.has(fact);
    const last = events.findLast(({ kind }) => kind === event.kind);
    return last !== undefined && factOf(last) === fact;
  }

  return {
    call: {
      channelId,
      ended,
      events: () => [...events],
      onEvent(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    append(event) {
      const fact = factOf(event);
      const isSpare = isTalk(event) && !events.some(({ kind }) => kind === 'bridge');
      if (!open || isTold(event, fact) || events.length >= (isSpare ? mostTalk : mostFacts)) {
        return false;
      }
      known.add(fact);
      events.push(Object.freeze(event));
      tell(event);
      return true;
    },
    has: (kind) => events.some((event) => event.kind === kind),
    close() {
      open = false;
      complete([...events]);
    },
    isLate(event) {
      const fact = factOf(event);
      if (known.has(fact) || known.size >= mostFacts) return false;
      known.add(fact);
      return true;
    },
  };
}

const repeatable: ReadonlySet<EvidenceEvent['kind']> = new Set<EvidenceEvent['kind']>([
  'transfer',
  'queue',
  'step',
]);

/** Events that are told for the record and are not needed to classify what follows them. */
function isTalk(event: EvidenceEvent): boolean {
  if (event.kind === 'leg') return event.what !== 'answered';
  if (event.kind === 'leg_hangup') return event.side === 'target';
  return ['dial_state', 'dial_end', 'channel_state'].includes(event.kind);
}

/** Two events with the same fact are one: the first is kept, with its time. */
function factOf(event: EvidenceEvent): string {
  switch (event.kind) {
    case 'ordered':
    case 'response':
    case 'refused':
    case 'machine':
      return event.kind;
    case 'hangup_request':
      return `hangup_request ${event.by}`;
    case 'hangup':
      return `hangup ${event.half}`;
    case 'dial_state':
    case 'dial_end':
      return `${event.kind} ${event.dialStatus}`;
    case 'leg':
      return `leg ${event.leg} ${event.what}`;
    case 'leg_hangup':
      return `leg_hangup ${event.leg}`;
    case 'bridge':
      return `bridge ${event.bridge} ${event.what}`;
    case 'queue':
      return `queue ${event.what} ${event.name}`;
    case 'step':
      return `step ${event.step}`;
    case 'transfer':
      return `transfer ${event.how} ${event.result} ${event.destination}`;
    case 'channel_state':
      return `channel_state ${event.state}`;
    case 'gap':
      return `gap ${event.why}`;
  }
}
