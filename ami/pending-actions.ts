import { textOf, type AmiItem } from './ami-item.ts';
import { ActionRefusedError, NotReachableError } from './not-answered-error.ts';

/** The answer to an action: the response itself, and for a list its items. */
export interface AmiReply {
  readonly response: AmiItem;
  readonly items: readonly AmiItem[];
}

export type AmiOutcome = AmiReply | ActionRefusedError | NotReachableError;

/** Actions written and not yet answered. */
export interface PendingActions {
  /** `settle` is called exactly once: with the answer, an error answer, or NotReachableError. */
  add(actionId: string, settle: (outcome: AmiOutcome) => void): void;
  /** Takes an item that belongs to a pending action; false when it belongs to none. */
  take(item: AmiItem): boolean;
  /** None pending means that the PBX has read all we wrote. */
  count(): number;
  /** Ends all of them with NotReachableError. */
  fail(reason: string): void;
}

interface Pending {
  readonly settle: (outcome: AmiOutcome) => void;
  readonly items: AmiItem[];
  response: AmiItem | null;
  timer: NodeJS.Timeout;
}

/**
 * asterisk-manager never calls back for an answer that does not come, so each action has a limit here,
 * renewed by every piece of a list. A missed limit means that the link is dead, and is reported to be
 * cut: the table is emptied only by `fail`.
 */
export function createPendingActions(limitMs: number, onOverdue: () => void): PendingActions {
  const pending = new Map<string, Pending>();

  function startTimer(actionId: string): NodeJS.Timeout {
    // After a stalled event loop the timer fires before the answer waiting in the socket is read.
    const timer: NodeJS.Timeout = setTimeout(() => {
      setImmediate(() => {
        if (pending.get(actionId)?.timer === timer) onOverdue();
      });
    }, limitMs);
    return timer;
  }

  function finish(actionId: string, entry: Pending, outcome: AmiOutcome): void {
    clearTimeout(entry.timer);
    pending.delete(actionId);
    entry.settle(outcome);
  }

  return {
    add(actionId, settle) {
      pending.set(actionId, { settle, items: [], response: null, timer: startTimer(actionId) });
    },
    take(item) {
      const actionId = textOf(item, 'actionid');
      const entry = actionId === null ? undefined : pending.get(actionId);
      if (actionId === null || entry === undefined || !isPartOf(entry, item)) return false;
      clearTimeout(entry.timer);
      entry.timer = startTimer(actionId);
      const outcome = receive(entry, item);
      if (outcome !== null) finish(actionId, entry, outcome);
      return true;
    },
    count: () => pending.size,
    fail(reason) {
      for (const [actionId, entry] of [...pending]) {
        finish(actionId, entry, new NotReachableError(reason));
      }
    },
  };
}

/** An OriginateResponse carries the ActionID too, and may overtake the answer to its action. */
function isPartOf(entry: Pending, item: AmiItem): boolean {
  const isEvent = Object.hasOwn(item, 'event');
  return isEvent === (entry.response !== null);
}

/** Keeps an item; the outcome when it was the last one. */
function receive(entry: Pending, item: AmiItem): AmiOutcome | null {
  if (entry.response === null) {
    if (textOf(item, 'response')?.toLowerCase() === 'error') {
      return new ActionRefusedError(plainMessage(item));
    }
    entry.response = item;
    const isList = textOf(item, 'eventlist')?.toLowerCase() === 'start';
    return isList ? null : { response: item, items: [] };
  }
  if (textOf(item, 'eventlist')?.toLowerCase() === 'complete') {
    return { response: entry.response, items: entry.items };
  }
  entry.items.push(item);
  return null;
}

/** Asterisk's own words; digits in a row are masked in case a version quotes what was asked. */
function plainMessage(item: AmiItem): string {
  const message = textOf(item, 'message') ?? 'no message';
  return message
    .replace(/[^\x20-\x7e]/g, '?')
    .replace(/[0-9]{3,}/g, '…')
    .slice(0, 120);
}
