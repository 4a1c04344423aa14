import { groupOf, type CallStatus } from './call-status.ts';
import { classifyCall, type Classification, type TrunkTraits } from './classify-call.ts';
import type { EvidenceEvent } from './evidence.ts';

/**
 * What the evidence of a recorded attempt says, with that which came after its outcome was recorded.
 * Each late event is read together with everything before it, and changes the recorded reading only
 * where `givesWay` allows it.
 */
export function classifyWithLate(
  recorded: readonly EvidenceEvent[],
  late: readonly EvidenceEvent[],
  trunk: TrunkTraits,
): Classification {
  return late.reduce<Classification>(
    (held, _event, index) => {
      const read = classifyCall([...recorded, ...late.slice(0, index + 1)], trunk);
      return givesWay(held.callStatus, read.callStatus) ? read : held;
    },
    classifyCall(recorded, trunk),
  );
}

/** Of the connected statuses: what a recorded one gives way to. */
const connectedGivesWayTo: Partial<Record<CallStatus, readonly CallStatus[]>> = {
  answered: ['transferred'],
  abandoned: ['answered', 'voicemail', 'transferred'],
};

/**
 * Whether late evidence may change a recorded status to the one it says. It may only tell more: an
 * unknown outcome gives way to any known one, a call that did not connect to one that did, and of the
 * connected ones the poorer to the richer. Otherwise decisions that were right would be shown as wrong
 * by an event that came out of order.
 */
export function givesWay(recorded: CallStatus, late: CallStatus): boolean {
  if (recorded === late) return false;
  if (recorded === 'unconfirmed') return true;
  if (groupOf(recorded) !== 'connected') return groupOf(late) === 'connected';
  return connectedGivesWayTo[recorded]?.includes(late) ?? false;
}
