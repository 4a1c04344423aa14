/**
 * The campaign's feeder on a virtual clock, as activities/feed-contacts.ts: it wakes those whose time has
 * come and starts new contacts in the order of import. New contacts whose window is closed are put off
 * until it opens.
 */
import type { CampaignSettings } from '../campaign-settings.ts';
import { judgeClaim } from '../judge-claim.ts';
import type { BlockReason } from '../next-step.ts';
import { createLine } from './line.ts';
import { newContact, placeOf, type SimulatedContact } from './simulated-contact.ts';

export interface SimulatedFeeder {
  /** A contact that only waits for room from now on. */
  wake(contact: SimulatedContact): void;
  /** Takes out who is next; undefined when nobody who waits may be called now. */
  next(now: Date): SimulatedContact | undefined;
}

/** Contacts of one zone that were not started yet. */
export interface NewContacts {
  /** null: the campaign's. */
  readonly timeZone: string | null;
  /** In the order of import. */
  readonly indices: readonly number[];
  started: number;
  closedUntilMs: number;
}

export interface FeederOptions {
  readonly settings: CampaignSettings;
  readonly numbersPerContact: number;
  readonly lists: readonly NewContacts[];
  /** Told when new contacts are put off; `until` null: for ever. */
  readonly onClosed: (list: NewContacts, closure: Closure) => void;
}

interface Closure {
  readonly reason: BlockReason;
  readonly rule: string;
  readonly until: Date | null;
}

export function createSimulatedFeeder(options: FeederOptions): SimulatedFeeder {
  const { settings, lists } = options;
  const woken = createLine<SimulatedContact>();

  function closeIfShut(list: NewContacts, now: Date): void {
    if (nextIndex(list) === undefined || list.closedUntilMs > now.getTime()) return;
    // Whoever was never called is kept back by no cap: the rest is the window.
    const place = placeOf(settings, list.timeZone);
    const verdict = judgeClaim({ ...place, claimedAt: now.toISOString(), history: [] }, now);
    if (verdict.allowed) return;
    list.closedUntilMs = verdict.retryAt?.getTime() ?? Number.POSITIVE_INFINITY;
    options.onClosed(list, { ...verdict, until: verdict.retryAt });
  }

  function nextNew(now: Date): SimulatedContact | undefined {
    for (const list of lists) closeIfShut(list, now);
    const open = lists.filter((list) => list.closedUntilMs <= now.getTime());
    const list = open.reduce<NewContacts | undefined>(earlier, undefined);
    const index = list === undefined ? undefined : nextIndex(list);
    if (list === undefined || index === undefined) return undefined;
    list.started += 1;
    return newContact(index, list.timeZone, options.numbersPerContact);
  }

  return {
    wake: (contact) => woken.join(contact),
    next: (now) => woken.leave() ?? nextNew(now),
  };
}

/** How many of a list were not started yet. */
export function contactsLeft({ indices, started }: NewContacts): number {
  return indices.length - started;
}

function nextIndex({ indices, started }: NewContacts): number | undefined {
  return indices[started];
}

/** The list whose next contact was imported first. */
function earlier(one: NewContacts | undefined, other: NewContacts): NewContacts | undefined {
  const index = nextIndex(other);
  if (index === undefined) return one;
  return one === undefined || index < (nextIndex(one) ?? Infinity) ? other : one;
}
