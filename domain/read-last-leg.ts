import type { EvidenceEvent } from './evidence.ts';
import { allOf } from './select-evidence.ts';

/** How the last channel to the carrier ended that a Local channel's dialplan dialled and nobody answered. */
export interface LastLeg {
  /** DialEnd's word; `CANCEL`: we gave up before the far end did. Null while it was not told. */
  readonly dialStatus: string | null;
  readonly rang: boolean;
  readonly cause: number | null;
  readonly causeText: string | null;
  readonly techCause: string | null;
}

/**
 * A dialplan may try several ways out, one after the other; what the last one ended with is what became
 * of the call, whatever the dialplan says to us afterwards. Null when there was none or it was answered.
 */
export function readLastLeg(events: readonly EvidenceEvent[]): LastLeg | null {
  const legs = allOf(events, 'leg').filter(({ side }) => side === 'carrier');
  const last = Math.max(...legs.map(({ leg }) => leg));
  const ofLast = legs.filter(({ leg }) => leg === last);
  if (ofLast.length === 0 || legs.some(({ what }) => what === 'answered')) return null;
  const hangup = allOf(events, 'leg_hangup').find(({ leg }) => leg === last);
  return {
    dialStatus: ofLast.find(({ what }) => what === 'not_answered')?.dialStatus ?? null,
    rang: ofLast.some(({ what }) => what === 'ringing'),
    cause: hangup?.cause ?? null,
    causeText: hangup?.causeText ?? null,
    techCause: hangup?.techCause ?? null,
  };
}
