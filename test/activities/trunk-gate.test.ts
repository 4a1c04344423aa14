import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createTrunkGate, type GatePass, type TrunkGate } from '../../activities/trunk-gate.ts';

/** A clock that stands still until it is moved; delays end in the order of their time. */
function createManualClock() {
  let time = 0;
  const sleepers: { at: number; wake: () => void }[] = [];
  return {
    now: () => time,
    delay: (ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        sleepers.push({ at: time + ms, wake: resolve });
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      }),
    /** Moves on in steps of a millisecond and lets everything that becomes possible happen. */
    async advance(ms: number) {
      for (let step = 0; step < ms; step += 1) {
        time += 1;
        for (const sleeper of sleepers.filter(({ at }) => at <= time)) {
          sleepers.splice(sleepers.indexOf(sleeper), 1);
          sleeper.wake();
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

const never = new AbortController().signal;

function openGate(callsPerSecond: number, channels: number) {
  const clock = createManualClock();
  const gate = createTrunkGate({ callsPerSecond, channels, now: clock.now, delay: clock.delay });
  return { clock, gate };
}

/** A call that claims in no time, writes at its turn and stays up. */
async function call(gate: TrunkGate, id: string, clock: { now(): number }, writes: number[]) {
  const pass = await gate.enter(id, never);
  await pass.writeTurn(never);
  writes.push(clock.now());
  pass.claimDone();
  return pass;
}

describe('the gate of a trunk', () => {
  it('spaces writes by one over calls per second', async () => {
    const { clock, gate } = openGate(10, 100);
    const writes: number[] = [];
    for (let id = 0; id < 5; id += 1) void call(gate, `call-${id}`, clock, writes);
    await clock.advance(1_000);
    assert.equal(writes.length, 5);
    for (const [index, at] of writes.entries()) {
      const before = writes[index - 1];
      if (before !== undefined) assert.ok(at - before >= 100, `${before} → ${at}`);
    }
  });

  it('does not save turns that nobody used', async () => {
    const { clock, gate } = openGate(10, 100);
    await clock.advance(5_000);
    const writes: number[] = [];
    for (let id = 0; id < 3; id += 1) void call(gate, `call-${id}`, clock, writes);
    await clock.advance(120);
    assert.equal(writes.length, 2);
  });

  it('gives a call whose claim was slow a new turn, apart from the last write', async () => {
    const { clock, gate } = openGate(10, 100);
    const slow = gate.enter('slow', never);
    await clock.advance(1);
    const slowPass = await slow;
    const writes: number[] = [];
    void call(gate, 'quick', clock, writes);
    // 10 calls per second allow two claims at once, so the quick call need not wait for the slow.
    await clock.advance(150);
    assert.equal(writes.length, 1);
    let slowWrite = 0;
    void slowPass.writeTurn(never).then(() => (slowWrite = clock.now()));
    await clock.advance(200);
    assert.ok(slowWrite - (writes[0] ?? 0) >= 100, `${writes[0]} → ${slowWrite}`);
  });

  it('lets no later claim grow old because one before it was slow', async () => {
    const { clock, gate } = openGate(0.5, 9);
    const waits: number[] = [];
    const place = async (id: string, claimMs: number) => {
      const pass = await gate.enter(id, never);
      if (claimMs > 0) await clock.delay(claimMs, never);
      const claimedAt = clock.now();
      await pass.writeTurn(never);
      waits.push(clock.now() - claimedAt);
      pass.claimDone();
    };
    void place('slow', 1_200);
    for (const id of ['next', 'third', 'fourth']) void place(id, 0);
    await clock.advance(10_000);
    assert.deepEqual(waits, [0, 1_200, 0, 0]);
  });

  it('never holds more claims than a fifth of the calls per second', async () => {
    const { clock, gate } = openGate(10, 100);
    const entered: string[] = [];
    for (const id of ['a', 'b', 'c']) void gate.enter(id, never).then(() => entered.push(id));
    await clock.advance(1_000);
    assert.deepEqual(entered, ['a', 'b']);
  });

  it('lets the next call have the turn of a claim that was refused', async () => {
    const { clock, gate } = openGate(1, 100);
    const refused = async (id: string) => (await gate.enter(id, never)).leave();
    const writes: number[] = [];
    void call(gate, 'first', clock, writes);
    for (let id = 0; id < 500; id += 1) void refused(`refused-${id}`);
    void call(gate, 'second', clock, writes);
    void refused('refused-last');
    void call(gate, 'third', clock, writes);
    await clock.advance(3_000);
    assert.deepEqual(writes, [1, 1_001, 2_001]);
  });

  it('counts attempts that an earlier owner left unresolved', async () => {
    const { clock, gate } = openGate(10, 2);
    gate.setUnresolved(['old-1', 'old-2']);
    const writes: number[] = [];
    void call(gate, 'new', clock, writes);
    await clock.advance(500);
    assert.equal(writes.length, 0);
    gate.setUnresolved(['old-1']);
    await clock.advance(500);
    assert.equal(writes.length, 1);
    assert.equal(gate.occupied, 2);
  });

  it('counts a call once when Postgres names it unresolved while this process carries it', async () => {
    const { clock, gate } = openGate(10, 2);
    const writes: number[] = [];
    const first = call(gate, 'one', clock, writes);
    await clock.advance(200);
    gate.setUnresolved(['one']);
    assert.equal(gate.occupied, 1);
    (await first).leave();
    assert.equal(gate.occupied, 0);
  });

  it('stays closed for the time it is told', async () => {
    const { clock, gate } = openGate(10, 2);
    gate.closeFor(1_000);
    const writes: number[] = [];
    void call(gate, 'one', clock, writes);
    await clock.advance(999);
    assert.equal(writes.length, 0);
    await clock.advance(2);
    assert.equal(writes.length, 1);
  });

  it('lets a caller give up at every door without losing a place', async () => {
    const { clock, gate } = openGate(1, 1);
    const giveUp = new AbortController();
    const rejected: string[] = [];
    const first = gate.enter('a', giveUp.signal);
    const waiting = ['b', 'c'].map((id) =>
      gate.enter(id, giveUp.signal).catch((error: Error) => void rejected.push(error.message)),
    );
    await clock.advance(1);
    const pass = await first;
    giveUp.abort(new Error('given up'));
    await Promise.all(waiting);
    assert.deepEqual(rejected, ['given up', 'given up']);
    pass.leave();
    assert.equal(gate.occupied, 0);
    const writes: number[] = [];
    void call(gate, 'd', clock, writes);
    await clock.advance(2_000);
    assert.equal(writes.length, 1);
  });

  it('never exceeds its channels nor its pace, whatever calls come and go', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          callsPerSecond: fc.integer({ min: 1, max: 40 }),
          channels: fc.integer({ min: 1, max: 6 }),
          unresolved: fc.integer({ min: 0, max: 4 }),
          calls: fc.array(
            fc.record({ startMs: fc.nat(300), claimMs: fc.nat(60), talkMs: fc.nat(200) }),
            { minLength: 1, maxLength: 15 },
          ),
        }),
        async ({ callsPerSecond, channels, unresolved, calls }) => {
          const { clock, gate } = openGate(callsPerSecond, channels);
          gate.setUnresolved(Array.from({ length: unresolved }, (_, index) => `old-${index}`));
          const writes: number[] = [];
          let live = unresolved;
          let most = 0;
          const carry = async (index: number, plan: (typeof calls)[number]) => {
            await clock.delay(plan.startMs, never);
            const pass: GatePass = await gate.enter(`call-${index}`, never);
            await clock.delay(plan.claimMs, never);
            await pass.writeTurn(never);
            writes.push(clock.now());
            live += 1;
            most = Math.max(most, live);
            pass.claimDone();
            await clock.delay(plan.talkMs, never);
            live -= 1;
            pass.leave();
          };
          calls.forEach((plan, index) => void carry(index, plan));
          await clock.advance(800);
          assert.ok(most <= Math.max(channels, unresolved), `${most} live of ${channels}`);
          const intervalMs = 1000 / callsPerSecond;
          for (const [index, at] of writes.entries()) {
            const before = writes[index - 1];
            // The clock moves in whole milliseconds, so a wait may end up to one too early.
            if (before !== undefined) assert.ok(at - before > intervalMs - 1, `${before} → ${at}`);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
