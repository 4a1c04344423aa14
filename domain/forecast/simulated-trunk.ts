/**
 * A trunk on a virtual clock: its task queue, and the gate that keeps its calls per second and channels
 * as activities/trunk-gate.ts does. A turn that is taken for a claim which is then refused is gone.
 */
import { longestInQueueMs } from '../feed-capacity.ts';
import { mostCallsTaken, type TrunkLimits } from '../trunk-limits.ts';
import { createLine } from './line.ts';

export interface SimulatedTrunk<Contact> {
  readonly name: string;
  readonly limits: TrunkLimits;
  /** Calls on its channels. */
  readonly inCall: number;
  /** Contact-milliseconds waited for this trunk so far: for a turn, and for a channel. */
  readonly waited: { readonly paceMs: number; readonly channelsMs: number };
  /** Counts the waiting up to a time; before every change. */
  passTime(nowMs: number): void;
  /** That many more wait for this trunk who are not in its queue; negative: fewer. */
  expect(count: number): void;
  join(contact: Contact, nowMs: number): void;
  /** Takes the turn and the first in line; undefined when it is not time, or no channel is free. */
  takeTurn(nowMs: number): Contact | undefined;
  /** When takeTurn will have somebody, as things are; null while nobody waits or no channel is free. */
  nextTurnMs(nowMs: number): number | null;
  callBegins(): void;
  callEnds(): void;
  /** Those who have waited in the task queue for too long, out of it. */
  giveUp(nowMs: number): readonly Contact[];
  /** When somebody will have waited in the task queue for too long; null when nobody is in it. */
  nextGiveUpMs(): number | null;
}

export function createSimulatedTrunk<Contact>(
  name: string,
  limits: TrunkLimits,
  startMs: number,
): SimulatedTrunk<Contact> {
  const intervalMs = 1000 / limits.callsPerSecond;
  const waited = { paceMs: 0, channelsMs: 0 };
  const taskQueue = createLine<{ readonly contact: Contact; readonly joinedMs: number }>();
  const gate = createLine<Contact>();
  let inCall = 0;
  let expected = 0;
  let turnMs = startMs;
  let countedUntilMs = startMs;

  function fillGate(): void {
    while (gate.length + inCall < mostCallsTaken(limits)) {
      const next = taskQueue.leave();
      if (next === undefined) return;
      gate.join(next.contact);
    }
  }
  const isFree = () => gate.length > 0 && inCall < limits.channels;

  return {
    name,
    limits,
    waited,
    get inCall() {
      return inCall;
    },
    passTime(nowMs) {
      const ms = (nowMs - countedUntilMs) * (taskQueue.length + gate.length + expected);
      if (inCall >= limits.channels) waited.channelsMs += ms;
      else waited.paceMs += ms;
      countedUntilMs = nowMs;
    },
    expect(count) {
      expected += count;
    },
    join(contact, nowMs) {
      taskQueue.join({ contact, joinedMs: nowMs });
      fillGate();
    },
    takeTurn(nowMs) {
      if (!isFree() || nowMs < turnMs) return undefined;
      turnMs = nowMs + intervalMs;
      return gate.leave();
    },
    nextTurnMs: (nowMs) => (isFree() ? Math.max(nowMs, turnMs) : null),
    callBegins() {
      inCall += 1;
      fillGate();
    },
    callEnds() {
      inCall -= 1;
      fillGate();
    },
    giveUp(nowMs) {
      const given: Contact[] = [];
      while (taskQueue.first && taskQueue.first.joinedMs + longestInQueueMs <= nowMs) {
        given.push(taskQueue.first.contact);
        taskQueue.leave();
      }
      return given;
    },
    nextGiveUpMs() {
      const { first } = taskQueue;
      return first === undefined ? null : first.joinedMs + longestInQueueMs;
    },
  };
}
