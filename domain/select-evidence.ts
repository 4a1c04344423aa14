import type { EvidenceEvent } from './evidence.ts';

/** Evidence of one kind. */
export type EventOf<Kind extends EvidenceEvent['kind']> = Extract<EvidenceEvent, { kind: Kind }>;

/** All events of one kind, in order of arrival. */
export function allOf<Kind extends EvidenceEvent['kind']>(
  events: readonly EvidenceEvent[],
  kind: Kind,
): EventOf<Kind>[] {
  return events.filter((event): event is EventOf<Kind> => event.kind === kind);
}
