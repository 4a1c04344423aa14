import { feedCapacity } from '../feed-capacity.ts';
import { endingOf, jitterOf, type Ending } from './call-outcomes.ts';
import { createEventQueue } from './event-queue.ts';
import { zoneOfContact, type ForecastPlan } from './forecast-plan.ts';
import type { ForecastTally } from './forecast-tally.ts';
import {
  claimContact,
  endCall,
  type SimulatedClaim,
  type SimulatedContact,
} from './simulated-contact.ts';
import { contactsLeft, createSimulatedFeeder, type NewContacts } from './simulated-feeder.ts';
import { createSimulatedTrunks, type ContactTrunk, type TrunkEvent } from './simulated-trunks.ts';

type RunEvent =
  | TrunkEvent
  /** A redial's time has come. */
  | { readonly kind: 'due'; readonly contact: SimulatedContact }
  /** What a claim was refused for is over. */
  | { readonly kind: 'ready'; readonly contact: SimulatedContact }
  | { readonly kind: 'opens'; readonly list: NewContacts }
  | { readonly kind: 'ends'; readonly trunk: ContactTrunk; readonly contact: SimulatedContact };

/** A campaign on a virtual clock, from its start until nothing more happens. */
export interface CampaignRun {
  /** Lets the next thing happen; false when nothing is left. */
  step(): boolean;
  /** Adds what was waited for trunks, in the end. */
  tellWaits(): void;
}

export function createCampaignRun(plan: ForecastPlan, tally: ForecastTally): CampaignRun {
  const { settings, seed } = plan;
  const events = createEventQueue<RunEvent>();
  const trunks = createSimulatedTrunks(settings.trunks, plan.trunks, plan.start.getTime());
  const capacity = feedCapacity(settings.trunks, plan.trunks);
  let nowMs = plan.start.getTime();
  /** Contacts that are due and have been fed: in a queue or in a call. */
  let open = 0;

  const feeder = createSimulatedFeeder({
    settings,
    numbersPerContact: plan.numbersPerContact,
    lists: listsOf(plan),
    onClosed(list, { reason, rule, until }) {
      const count = contactsLeft(list);
      trunks.expect(-count);
      if (until === null) return tally.neverOpens(count);
      tally.wait(reason, rule, count * (until.getTime() - nowMs));
      events.add(until.getTime(), { kind: 'opens', list });
    },
  });
  trunks.expect(plan.contacts);
  feed();

  function feed(): void {
    while (open < capacity) {
      const contact = feeder.next(new Date(nowMs));
      if (contact === undefined) break;
      trunks.expect(-1);
      open += 1;
      trunks.join(contact, nowMs);
    }
    trunks.schedule(events, nowMs);
  }

  function handle(event: RunEvent): void {
    switch (event.kind) {
      case 'due':
        open += 1;
        return trunks.join(event.contact, nowMs);
      case 'ready':
        trunks.expect(1);
        return feeder.wake(event.contact);
      case 'opens':
        return trunks.expect(contactsLeft(event.list));
      case 'turn':
        event.timed.hasTurn = false;
        return takeTurn(event.timed.trunk);
      case 'gives-up':
        event.timed.hasGiveUp = false;
        return event.timed.trunk.giveUp(nowMs).forEach(tryNextTrunk);
      case 'ends':
        return end(event.trunk, event.contact);
    }
  }

  function tryNextTrunk(contact: SimulatedContact): void {
    contact.trunkTurn += 1;
    // After a whole round the feeder has it again, as in workflows/contact.ts.
    if (contact.trunkTurn % settings.trunks.length > 0) return trunks.join(contact, nowMs);
    open -= 1;
    trunks.expect(1);
    feeder.wake(contact);
  }

  function takeTurn(trunk: ContactTrunk): void {
    const contact = trunk.takeTurn(nowMs);
    if (contact === undefined) return;
    const claim = claimContact(settings, contact, new Date(nowMs));
    if (claim.kind !== 'granted') return follow(claim, contact);
    trunk.callBegins();
    tally.callBegins(nowMs);
    const lastsMs = plan.durations[endingOfLatest(contact)];
    events.add(nowMs + lastsMs, { kind: 'ends', trunk, contact });
  }

  function follow(
    claim: Exclude<SimulatedClaim, { kind: 'granted' }>,
    contact: SimulatedContact,
  ): void {
    open -= 1;
    if (claim.kind === 'next-number') return sleep(contact, claim.at, claim.rule);
    if (claim.kind === 'settled') return tally.settle(claim.callStatus, nowMs);
    if (claim.until === null) return tally.neverOpens(1);
    const untilMs = Math.max(claim.until.getTime(), nowMs + 1);
    tally.wait(claim.reason, claim.rule, untilMs - nowMs);
    events.add(untilMs, { kind: 'ready', contact });
  }

  function end(trunk: ContactTrunk, contact: SimulatedContact): void {
    trunk.callEnds();
    open -= 1;
    const callStatus = endingOfLatest(contact);
    const { index, attempts, claimedMs, next } = contact;
    const [began, now] = [new Date(claimedMs), new Date(nowMs)];
    const attempt = { contact: index, attemptNo: attempts };
    tally.callEnds({ beganMs: claimedMs, atMs: nowMs, callStatus });
    plan.onCall?.({ ...attempt, number: next, trunk: trunk.name, began, ended: now, callStatus });
    const random = jitterOf(seed, attempt);
    const decision = endCall(settings, contact, { callStatus, now, random });
    if (decision.next === 'end') return tally.settle(decision.callStatus, nowMs);
    if (decision.next === 'dial') return sleep(contact, new Date(decision.at), decision.rule);
    if (decision.to.kind === 'agent') return tally.waitForAgent(decision.to.agent);
    tally.retarget(decision.to.campaign);
    tally.settle(callStatus, nowMs);
  }

  function endingOfLatest({ index, attempts }: SimulatedContact): Ending {
    return endingOf(plan.outcomes, seed, { contact: index, attemptNo: attempts });
  }

  function sleep(contact: SimulatedContact, until: Date, rule: string): void {
    const untilMs = Math.max(until.getTime(), nowMs);
    tally.wait('redial', rule, untilMs - nowMs);
    events.add(untilMs, { kind: 'due', contact });
  }

  return {
    step() {
      const next = events.take();
      if (next === undefined) return false;
      trunks.passTime(next.atMs);
      nowMs = next.atMs;
      handle(next.event);
      feed();
      return true;
    },
    tellWaits: () => trunks.tellWaits(tally),
  };
}

/** The contacts by their zones. */
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
