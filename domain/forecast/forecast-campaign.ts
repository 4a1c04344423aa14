/**
 * What a campaign will do, by the rules that decide on real calls, on a virtual clock. Events in order of
 * time stand for timers, trunks and the ends of calls; whatever they lead to is decided by judgeClaim,
 * decideNext and feedCapacity. Nothing is random but what the seed says, and no time passes.
 *
 * It takes every number for one that was never dialled and is not suppressed, the trunks for this
 * campaign's alone, and somebody to be there for every answered call.
 */
import type { CampaignSettings } from '../campaign-settings.ts';
import { feedCapacity } from '../feed-capacity.ts';
import type { TrunkLimits } from '../trunk-limits.ts';
import type { CallDurations } from './call-durations.ts';
import { createEventQueue } from './event-queue.ts';
import { createForecastTally } from './forecast-tally.ts';
import type { Forecast, ForecastAssumptions } from './forecast.ts';
import { endingOf, jitterOf, type Ending } from './call-outcomes.ts';
import { seededRandom } from './seeded-random.ts';
import { pickShare, type Share } from './shares.ts';
import { claimContact, endCall, type SimulatedContact } from './simulated-contact.ts';
import { createSimulatedFeeder, type NewContacts } from './simulated-feeder.ts';
import { createSimulatedTrunk, type SimulatedTrunk } from './simulated-trunk.ts';

export interface ForecastPlan {
  readonly settings: CampaignSettings;
  /** By name; all of the settings' trunks. */
  readonly trunks: Readonly<Record<string, TrunkLimits>>;
  /** At least 1. */
  readonly contacts: number;
  /** At least 1. */
  readonly numbersPerContact: number;
  /** Zones of the contacts; null: they have none of their own. */
  readonly zones: readonly Share<string>[] | null;
  /** How attempts end. */
  readonly outcomes: readonly Share<Ending>[];
  readonly durations: CallDurations;
  readonly start: Date;
  /** A whole number. */
  readonly seed: number;
  /** Told of every call that ends. */
  readonly onCall?: (call: ForecastCall) => void;
}

export interface ForecastCall {
  /** From 0, in the order of import. */
  readonly contact: number;
  /** From 1. */
  readonly attemptNo: number;
  /** Position among the contact's numbers, from 0. */
  readonly number: number;
  readonly trunk: string;
  readonly began: Date;
  readonly ended: Date;
  readonly callStatus: Ending;
}

type Trunk = SimulatedTrunk<SimulatedContact>;

type Event =
  /** A redial's time has come. */
  | { readonly kind: 'due'; readonly contact: SimulatedContact }
  /** What a claim was refused for is over. */
  | { readonly kind: 'ready'; readonly contact: SimulatedContact }
  | { readonly kind: 'opens'; readonly list: NewContacts }
  | { readonly kind: 'turn'; readonly trunk: TrunkTimers }
  | { readonly kind: 'gives-up'; readonly trunk: TrunkTimers }
  | { readonly kind: 'ends'; readonly trunk: Trunk; readonly contact: SimulatedContact };

/** Which events of a trunk are under way: one of each kind is enough. */
interface TrunkTimers {
  readonly trunk: Trunk;
  hasTurn: boolean;
  hasGiveUp: boolean;
}

export function forecastCampaign(plan: ForecastPlan): Forecast {
  const { settings, start, seed } = plan;
  const events = createEventQueue<Event>();
  const tally = createForecastTally(plan.contacts, settings.timeZone);
  const timers = settings.trunks.map((name): TrunkTimers => {
    const limits = limitsOf(plan, name);
    const trunk = createSimulatedTrunk<SimulatedContact>(name, limits, start.getTime());
    return { trunk, hasTurn: false, hasGiveUp: false };
  });
  const trunks = timers.map(({ trunk }) => trunk);
  const firstTrunk = trunkAt(0);
  const capacity = feedCapacity(settings.trunks, plan.trunks);
  const lists = listsOf(plan);
  const feeder = createSimulatedFeeder({
    settings,
    numbersPerContact: plan.numbersPerContact,
    lists,
    onClosed(list, { reason, rule, until }) {
      const count = list.indices.length - list.started;
      firstTrunk.expect(-count);
      if (until === null) return tally.neverOpens(count);
      tally.wait(reason, rule, count * (until.getTime() - nowMs));
      events.add(until.getTime(), { kind: 'opens', list });
    },
  });
  /** Contacts that are due and have been fed: in a queue or in a call. */
  let open = 0;
  let nowMs = start.getTime();

  function trunkAt(turn: number): Trunk {
    const trunk = trunks[turn % trunks.length];
    if (trunk === undefined) throw new Error('the campaign has no trunk');
    return trunk;
  }

  function join(contact: SimulatedContact): void {
    trunkAt(contact.trunkTurn).join(contact, nowMs);
  }

  function feed(): void {
    while (open < capacity) {
      const contact = feeder.next(new Date(nowMs));
      if (contact === undefined) return;
      firstTrunk.expect(-1);
      open += 1;
      join(contact);
    }
  }

  function schedule(timer: TrunkTimers): void {
    const turnMs = timer.trunk.nextTurnMs(nowMs);
    if (turnMs !== null && !timer.hasTurn) {
      timer.hasTurn = true;
      events.add(turnMs, { kind: 'turn', trunk: timer });
    }
    const giveUpMs = timer.trunk.nextGiveUpMs();
    if (giveUpMs !== null && !timer.hasGiveUp) {
      timer.hasGiveUp = true;
      events.add(giveUpMs, { kind: 'gives-up', trunk: timer });
    }
  }

  function takeTurn(trunk: Trunk): void {
    const contact = trunk.takeTurn(nowMs);
    if (contact === undefined) return;
    const claim = claimContact(settings, contact, new Date(nowMs));
    if (claim.kind === 'granted') {
      trunk.callBegins();
      tally.callBegins(nowMs);
      const callStatus = outcomeOf(contact);
      events.add(nowMs + plan.durations[callStatus], { kind: 'ends', trunk, contact });
      return;
    }
    if (claim.kind === 'next-number' && claim.at.getTime() <= nowMs) return join(contact);
    open -= 1;
    if (claim.kind === 'next-number') return sleep(contact, claim.at, claim.rule);
    if (claim.kind === 'settled') return tally.settle(claim.callStatus, nowMs);
    if (claim.until === null) return tally.neverOpens(1);
    const untilMs = Math.max(claim.until.getTime(), nowMs + 1);
    tally.wait(claim.reason, claim.rule, untilMs - nowMs);
    events.add(untilMs, { kind: 'ready', contact });
  }

  function outcomeOf({ index, attempts }: SimulatedContact): Ending {
    return endingOf(plan.outcomes, seed, { contact: index, attemptNo: attempts });
  }

  function end(trunk: Trunk, contact: SimulatedContact): void {
    trunk.callEnds();
    const callStatus = outcomeOf(contact);
    const { index, attempts, claimedMs, next } = contact;
    tally.callEnds({ beganMs: claimedMs, atMs: nowMs, callStatus });
    const now = new Date(nowMs);
    plan.onCall?.({
      contact: index,
      attemptNo: attempts,
      number: next,
      trunk: trunk.name,
      began: new Date(claimedMs),
      ended: now,
      callStatus,
    });
    const random = jitterOf(seed, { contact: index, attemptNo: attempts });
    const decision = endCall(settings, contact, { callStatus, now, random });
    open -= 1;
    if (decision.next === 'end') return tally.settle(decision.callStatus, nowMs);
    if (decision.next === 'dial') return sleep(contact, new Date(decision.at), decision.rule);
    if (decision.to.kind === 'agent') return tally.waitForAgent(decision.to.agent);
    tally.retarget(decision.to.campaign);
    tally.settle(callStatus, nowMs);
  }

  function sleep(contact: SimulatedContact, until: Date, rule: string): void {
    const untilMs = Math.max(until.getTime(), nowMs);
    tally.wait('redial', rule, untilMs - nowMs);
    events.add(untilMs, { kind: 'due', contact });
  }

  function handle(event: Event): void {
    switch (event.kind) {
      case 'due':
        open += 1;
        return join(event.contact);
      case 'ready':
        firstTrunk.expect(1);
        return feeder.wake(event.contact);
      case 'opens':
        return firstTrunk.expect(event.list.indices.length - event.list.started);
      case 'turn':
        event.trunk.hasTurn = false;
        return takeTurn(event.trunk.trunk);
      case 'gives-up':
        event.trunk.hasGiveUp = false;
        for (const contact of event.trunk.trunk.giveUp(nowMs)) {
          contact.trunkTurn += 1;
          join(contact);
        }
        return;
      case 'ends':
        return end(event.trunk, event.contact);
    }
  }

  firstTrunk.expect(plan.contacts);
  feed();
  for (;;) {
    timers.forEach(schedule);
    const next = events.take();
    if (next === undefined) break;
    for (const trunk of trunks) trunk.passTime(next.atMs);
    nowMs = next.atMs;
    handle(next.event);
    feed();
  }
  for (const { name, limits, waited } of trunks) {
    tally.wait('trunk_pace', `${name}: ${limits.callsPerSecond} calls per second`, waited.paceMs);
    tally.wait('trunk_channels', `${name}: ${limits.channels} channels`, waited.channelsMs);
  }
  const startsAt = start.toISOString();
  return {
    campaign: settings.name,
    startsAt,
    seed,
    ...tally.result(),
    assumed: assumptionsOf(plan),
  };
}

function assumptionsOf(plan: ForecastPlan): ForecastAssumptions {
  const { settings, numbersPerContact, outcomes, durations } = plan;
  const byStatus = (value: (share: Share<Ending>) => number) =>
    Object.fromEntries(outcomes.map((share) => [share.of, value(share)]));
  return {
    timeZone: settings.timeZone,
    numbersPerContact,
    outcomes: byStatus(({ share }) => Math.round(share * 10_000) / 100),
    callSeconds: byStatus(({ of }) => durations[of] / 1000),
  };
}

function limitsOf({ trunks }: ForecastPlan, name: string): TrunkLimits {
  const limits = trunks[name];
  if (limits === undefined) throw new Error(`no trunk ${name} in this plan`);
  return limits;
}

/** The zone of a contact (from 0); null when it has none of its own. */
export function zoneOfContact(
  { zones, seed }: Pick<ForecastPlan, 'zones' | 'seed'>,
  contact: number,
): string | null {
  return zones === null ? null : pickShare(zones, seededRandom(seed, contact, 0));
}

function listsOf(plan: ForecastPlan): NewContacts[] {
  const indices = new Map<string | null, number[]>();
  for (let index = 0; index < plan.contacts; index += 1) {
    const zone = zoneOfContact(plan, index);
    const list = indices.get(zone);
    if (list === undefined) indices.set(zone, [index]);
    else list.push(index);
  }
  return [...indices].map(([timeZone, list]) => ({
    timeZone,
    indices: list,
    started: 0,
    closedUntilMs: 0,
  }));
}
