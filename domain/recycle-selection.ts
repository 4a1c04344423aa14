import { callStatuses, isCallStatus, type CallStatus } from './call-status.ts';
import { dialStatuses, type DialStatus } from './dial-status.ts';
import type { Fault } from './errors.ts';
import { redialledByNameOnly } from './recycle-rule.ts';

/** Which settled contacts a person wants dialled again: those with one of these statuses. */
export interface RecycleSelection {
  readonly callStatuses: readonly CallStatus[];
  readonly dialStatuses: readonly DialStatus[];
  /** Not picked by a dial status, however they were dialled. */
  readonly byNameOnly: readonly CallStatus[];
}

/**
 * Somebody was talked to, or a person ended the contact: a dial status picks none of these, nor those
 * that it redials by rule only when they are named.
 */
const pickedByNameOnly: readonly CallStatus[] = [
  ...redialledByNameOnly,
  'answered',
  'transferred',
  'cancelled',
];

/** Reads the words of `--status`: lower case is a call status, upper case a dial status. */
export function readRecycleSelection(
  words: readonly string[],
):
  | { readonly ok: true; readonly selection: RecycleSelection }
  | { readonly ok: false; readonly faults: readonly Fault[] } {
  const chosen = [...new Set(words.map((word) => word.trim()).filter((word) => word !== ''))];
  const dialStatusesChosen = dialStatuses.filter((status) => chosen.includes(status));
  const unknown = chosen.filter(
    (word) => !isCallStatus(word) && !dialStatusesChosen.some((status) => status === word),
  );
  if (chosen.length > 0 && unknown.length === 0) {
    return {
      ok: true,
      selection: {
        callStatuses: chosen.filter(isCallStatus),
        dialStatuses: dialStatusesChosen,
        byNameOnly: pickedByNameOnly,
      },
    };
  }
  const known = `known: ${[...callStatuses, ...dialStatuses].join(', ')}`;
  const messages =
    chosen.length === 0
      ? [`name at least one status; ${known}`]
      : unknown.map((word) => `${JSON.stringify(word)} is not a status; ${known}`);
  return { ok: false, faults: messages.map((message) => ({ path: 'status', message })) };
}
