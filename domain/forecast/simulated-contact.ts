/**
 * A contact as Postgres keeps one, and what the claim and the outcome change of it. The rules are those
 * that decide on real contacts: judgeClaim and decideNext; what the claim's own statement decides is in
 * claimContact.
 */
import { bestResult, type CallStatus, type NumberResult } from '../call-status.ts';
import type { CampaignSettings } from '../campaign-settings.ts';
import type { ContactPlace } from '../contact-hours.ts';
import { chooseNumber, type NumberChoice, type NumberState } from '../choose-number.ts';
import { decideNext } from '../decide-next.ts';
import type { NumberId } from '../ids.ts';
import { judgeClaim } from '../judge-claim.ts';
import type { PastAttempt } from '../judge-limits.ts';
import { startOfNextLocalDay } from '../local-day.ts';
import { readLocalTime } from '../local-time.ts';
import type { BlockReason, Decision } from '../next-step.ts';
import { dialStatusOfEnding, type Ending } from './call-outcomes.ts';

export interface SimulatedContact {
  /** From 0, in the order of import. */
  readonly index: number;
  /** Its own zone; null: the campaign's. */
  readonly timeZone: string | null;
  readonly numbers: SimulatedNumber[];
  /** Position among its numbers. */
  next: number;
  attempts: number;
  readonly attemptsByStatus: Record<string, number>;
  readonly redialsGranted: Record<string, number>;
  readonly past: PastCall[];
  claimedMs: number;
  /** How many trunks have let it wait for too long since its last call. */
  trunkTurn: number;
}

interface SimulatedNumber extends NumberState {
  readonly attempts: number;
  /** Start of the local day of its latest attempt, and its attempts on that day. */
  readonly day: number | null;
  readonly dayAttempts: number;
  /** Of its latest attempt; null without one. */
  readonly latest: NumberResult | null;
}

interface PastCall {
  /** Position of its number. */
  readonly number: number;
  readonly atMs: number;
  readonly endedAtMs: number;
  readonly callStatus: CallStatus;
}

export function newContact(
  index: number,
  timeZone: string | null,
  numbers: number,
): SimulatedContact {
  return {
    index,
    timeZone,
    numbers: Array.from({ length: numbers }, (_, position) => ({
      id: numberIdOf(position),
      callStatus: null,
      dialStatus: null,
      settledAt: null,
      dialable: true,
      attempts: 0,
      day: null,
      dayAttempts: 0,
      latest: null,
    })),
    next: 0,
    attempts: 0,
    attemptsByStatus: {},
    redialsGranted: {},
    past: [],
    claimedMs: 0,
    trunkTurn: 0,
  };
}

const numberIdOf = (position: number) => `number-${position + 1}` as unknown as NumberId;

export type SimulatedClaim =
  | { readonly kind: 'granted' }
  /** The number is done with; the contact goes on with another one, at once or when its redial is due. */
  | { readonly kind: 'next-number'; readonly rule: string; readonly at: Date }
  | { readonly kind: 'settled'; readonly callStatus: CallStatus }
  /** `until` null: there is no time at which it would be granted. */
  | {
      readonly kind: 'refused';
      readonly reason: BlockReason;
      readonly rule: string | null;
      readonly until: Date | null;
    };

/** As db/claim-attempt.ts and judgeClaim decide; counts the attempt when it is granted. */
export function claimContact(
  settings: CampaignSettings,
  contact: SimulatedContact,
  now: Date,
): SimulatedClaim {
  const refused = refuseByCounters(settings, contact, now) ?? refuseByRules(settings, contact, now);
  if (refused !== null) return refused;
  countAttempt(settings, contact, now);
  return { kind: 'granted' };
}

function refuseByCounters(
  settings: CampaignSettings,
  contact: SimulatedContact,
  now: Date,
): SimulatedClaim | null {
  const { perPerson, perNumberPerDay } = settings.attempts;
  const { attempts, day, dayAttempts } = nextNumber(contact);
  // Each number is a phone of its own, and nobody else dials it.
  if (perPerson !== undefined && attempts >= perPerson) {
    return endNumber(settings, contact, now);
  }
  if (perNumberPerDay === null || dayAttempts < perNumberPerDay) return null;
  if (day !== today(settings, contact, now)) return null;
  return {
    kind: 'refused',
    reason: 'number_daily_cap',
    rule: `attempts.perNumberPerDay: ${perNumberPerDay}`,
    until: startOfNextLocalDay(now, zoneOf(settings, contact)),
  };
}

/** As db/settle-undialled.ts ends a number. */
function endNumber(
  settings: CampaignSettings,
  contact: SimulatedContact,
  now: Date,
): SimulatedClaim {
  const number = nextNumber(contact);
  const { callStatus = 'restricted', dialStatus = null } = number.latest ?? {};
  const settledAt = now.toISOString();
  contact.numbers[contact.next] = { ...number, callStatus, dialStatus, settledAt };
  const { redialsGranted, numbers } = contact;
  const choice = chooseNumber({ settings, redialsGranted }, numbers);
  if (choice !== null) {
    const { numberId, at, becauseOf } = choice;
    take(contact, { numberId, becauseOf });
    const rule = becauseOf === null ? 'next-number' : `recycle-${becauseOf}`;
    return { kind: 'next-number', rule, at: at === null ? now : new Date(at) };
  }
  const best = bestResult(numbers.flatMap(({ latest }) => latest ?? []));
  return { kind: 'settled', callStatus: best?.callStatus ?? callStatus };
}

function refuseByRules(
  settings: CampaignSettings,
  contact: SimulatedContact,
  now: Date,
): SimulatedClaim | null {
  const verdict = judgeClaim(
    {
      ...placeOf(settings, contact.timeZone),
      claimedAt: now.toISOString(),
      history: historyOf(contact),
    },
    now,
  );
  if (verdict.allowed) return null;
  const { reason, rule, retryAt } = verdict;
  return { kind: 'refused', reason, rule, until: retryAt };
}

/** As db/claim-history.ts reads it, of a person whom nobody else calls. */
function historyOf({ past, next }: SimulatedContact): readonly PastAttempt[] {
  return past.map(({ number, ...call }) => ({
    ...call,
    scopes: number === next ? ['person', 'campaign', 'contact'] : ['contact'],
  }));
}

function countAttempt(settings: CampaignSettings, contact: SimulatedContact, now: Date): void {
  const number = nextNumber(contact);
  // Which day it is costs more to find than anything else here.
  const day = settings.attempts.perNumberPerDay === null ? null : today(settings, contact, now);
  contact.attempts += 1;
  contact.claimedMs = now.getTime();
  contact.numbers[contact.next] = {
    ...number,
    attempts: number.attempts + 1,
    day,
    dayAttempts: number.day === day ? number.dayAttempts + 1 : 1,
  };
}

/** Decides what follows from the call that ends now, and moves the contact on. */
export function endCall(
  settings: CampaignSettings,
  contact: SimulatedContact,
  ended: { readonly callStatus: Ending; readonly now: Date; readonly random: number },
): Decision {
  const { callStatus, now, random } = ended;
  const dialStatus = dialStatusOfEnding[callStatus];
  const { attemptsByStatus } = contact;
  attemptsByStatus[callStatus] = (attemptsByStatus[callStatus] ?? 0) + 1;
  const number = nextNumber(contact);
  noteCall(contact, { callStatus, dialStatus, now });
  const decision = decideNext({
    ...placeOf(settings, contact.timeZone),
    now,
    attemptedAt: new Date(contact.claimedMs).toISOString(),
    random,
    callStatus,
    dialStatus,
    numberId: number.id,
    attempts: contact.attempts,
    attemptsByStatus,
    redialsGranted: contact.redialsGranted,
    numbers: contact.numbers,
    retargetedCampaigns: [settings.name],
    wasTaken: callStatus === 'voicemail' && isConnectedToMachines(settings),
  });
  contact.trunkTurn = 0;
  if (decision.next === 'dial') dialNext(contact, decision, { callStatus, dialStatus, now });
  return decision;
}

function noteCall(
  contact: SimulatedContact,
  { callStatus, dialStatus, now }: Pick<NumberResult, 'callStatus' | 'dialStatus'> & { now: Date },
): void {
  const { claimedMs, next } = contact;
  const latest = { callStatus, dialStatus, at: new Date(claimedMs).toISOString() };
  contact.numbers[next] = { ...nextNumber(contact), latest };
  contact.past.push({ number: next, atMs: claimedMs, endedAtMs: now.getTime(), callStatus });
}

/** A number that another one follows is done with, or waits for its redial, as in db/record-outcome.ts. */
function dialNext(
  contact: SimulatedContact,
  decision: Extract<Decision, { next: 'dial' }>,
  ended: Pick<NumberResult, 'callStatus' | 'dialStatus'> & { readonly now: Date },
): void {
  const number = nextNumber(contact);
  const { callStatus, dialStatus, now } = ended;
  const { numberId, redialAt } = decision;
  const isDone = number.id !== numberId && redialAt === undefined;
  const at = new Date(contact.claimedMs).toISOString();
  contact.numbers[contact.next] = {
    ...number,
    ...(isDone && { callStatus, dialStatus, settledAt: now.toISOString() }),
    redial: redialAt === undefined ? null : { callStatus, dialStatus, at, dueAt: redialAt },
  };
  take(contact, decision);
}

function take(
  contact: SimulatedContact,
  { numberId, becauseOf }: Pick<NumberChoice, 'numberId' | 'becauseOf'>,
): void {
  const { redialsGranted, numbers } = contact;
  if (becauseOf !== null) redialsGranted[becauseOf] = (redialsGranted[becauseOf] ?? 0) + 1;
  contact.next = numbers.findIndex(({ id }) => id === numberId);
}

function isConnectedToMachines({ answeringMachine }: CampaignSettings): boolean {
  return answeringMachine === null || answeringMachine.action === 'pass';
}

function nextNumber(contact: SimulatedContact): SimulatedNumber {
  const number = contact.numbers[contact.next];
  if (number === undefined) throw new Error(`contact ${contact.index} has no number to dial`);
  return number;
}

/** What is known of where a contact is: no phone number stands behind it. */
export function placeOf(settings: CampaignSettings, timeZone: string | null): ContactPlace {
  return { settings, timeZone, numberZones: null };
}

function zoneOf(settings: CampaignSettings, { timeZone }: SimulatedContact): string {
  return timeZone ?? settings.timeZone;
}

function today(settings: CampaignSettings, contact: SimulatedContact, now: Date): number {
  return readLocalTime(now, zoneOf(settings, contact)).dayMs;
}
