import type { TrunkLimits } from '../trunk-limits.ts';
import type { EventQueue } from './event-queue.ts';
import type { ForecastTally } from './forecast-tally.ts';
import type { SimulatedContact } from './simulated-contact.ts';
import { createSimulatedTrunk, type SimulatedTrunk } from './simulated-trunk.ts';

export type ContactTrunk = SimulatedTrunk<SimulatedContact>;

/** What happens at a trunk by itself. */
export type TrunkEvent =
  /** It is somebody's turn to be dialled. */
  | { readonly kind: 'turn'; readonly timed: TimedTrunk }
  /** Somebody has waited in its queue for too long. */
  | { readonly kind: 'gives-up'; readonly timed: TimedTrunk };

/** Of each kind of event one is enough. */
interface TimedTrunk {
  readonly trunk: ContactTrunk;
  hasTurn: boolean;
  hasGiveUp: boolean;
}

/** The trunks of a campaign, tried in its order. */
export interface SimulatedTrunks {
  /** That many more are to be dialled who are in no queue yet; negative: fewer. */
  expect(count: number): void;
  join(contact: SimulatedContact, nowMs: number): void;
  /** Counts the waiting up to a time; before every change. */
  passTime(nowMs: number): void;
  /** Adds the events that are due to come; after every change. */
  schedule(events: Pick<EventQueue<TrunkEvent>, 'add'>, nowMs: number): void;
  /** Adds what was waited for trunks. */
  tellWaits(tally: Pick<ForecastTally, 'wait'>): void;
}

export function createSimulatedTrunks(
  names: readonly string[],
  limits: Readonly<Record<string, TrunkLimits>>,
  startMs: number,
): SimulatedTrunks {
  const all = names.map((name): TimedTrunk => {
    const known = limits[name];
    if (known === undefined) throw new Error(`no limits of trunk ${name}`);
    const trunk = createSimulatedTrunk<SimulatedContact>(name, known, startMs);
    return { trunk, hasTurn: false, hasGiveUp: false };
  });

  function trunkAt(turn: number): ContactTrunk {
    const timed = all[turn % all.length];
    if (timed === undefined) throw new Error('the campaign has no trunk');
    return timed.trunk;
  }

  return {
    expect: (count) => trunkAt(0).expect(count),
    join: (contact, nowMs) => trunkAt(contact.trunkTurn).join(contact, nowMs),
    passTime(nowMs) {
      for (const { trunk } of all) trunk.passTime(nowMs);
    },
    schedule(events, nowMs) {
      for (const timed of all) scheduleTrunk(timed, events, nowMs);
    },
    tellWaits(tally) {
      for (const { trunk } of all) {
        const { name, waited } = trunk;
        const { callsPerSecond, channels } = trunk.limits;
        tally.wait('trunk_pace', `${name}: ${callsPerSecond} calls per second`, waited.paceMs);
        tally.wait('trunk_channels', `${name}: ${channels} channels`, waited.channelsMs);
      }
    },
  };
}

function scheduleTrunk(
  timed: TimedTrunk,
  events: Pick<EventQueue<TrunkEvent>, 'add'>,
  nowMs: number,
): void {
  const turnMs = timed.hasTurn ? null : timed.trunk.nextTurnMs(nowMs);
  if (turnMs !== null) {
    timed.hasTurn = true;
    events.add(turnMs, { kind: 'turn', timed });
  }
  const giveUpMs = timed.hasGiveUp ? null : timed.trunk.nextGiveUpMs();
  if (giveUpMs !== null) {
    timed.hasGiveUp = true;
    events.add(giveUpMs, { kind: 'gives-up', timed });
  }
}
