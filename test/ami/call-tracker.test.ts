import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { AmiEvent } from '../../ami/ami-event.ts';
import { defaultTimeouts } from '../../ami/ami-timeouts.ts';
import { createCallTracker } from '../../ami/call-tracker.ts';
import { createKeptLog } from '../support/kept-log.ts';
import { shortEvidence } from '../support/test-link.ts';

function hangup(uniqueid: string, cause: number): AmiEvent {
  return { event: 'Hangup', uniqueid, cause, causeText: '', techCause: null };
}

function follow(isLocal: boolean) {
  const channelId = randomUUID();
  const actionId = randomUUID();
  const tracker = createCallTracker();
  const { call } = tracker.follow(
    {
      channelId,
      ringLimitMs: 30_000,
      isLocal,
      timeouts: defaultTimeouts,
      log: createKeptLog().log,
      askState: () => Promise.resolve(null),
    },
    actionId,
  );
  return { tracker, call, channelId, actionId };
}

describe('the call tracker', () => {
  it('joins the same evidence in every order, told any number of times', async () => {
    const order = fc.array(fc.nat(5), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(order, async (noise) => {
        const { tracker, call, channelId, actionId } = follow(true);
        const events: AmiEvent[] = [
          { event: 'OriginateResponse', actionId, response: 'Failure', reason: 5 },
          hangup(channelId, 0),
          hangup(`${channelId};2`, 17),
          { event: 'OriginateResponse', actionId: randomUUID(), response: 'Success', reason: 4 },
          hangup(randomUUID(), 16),
          { event: 'Newchannel', uniqueid: channelId },
        ];
        for (const index of [...noise, 0, 1, 2]) tracker.hear(events[index] as AmiEvent);
        const evidence = shortEvidence(await call.ended).sort();
        assert.deepEqual(evidence, ['hangup 1 0  ', 'hangup 2 17  ', 'response Failure 5']);
        assert.equal(tracker.count(), 0);
        tracker.stop();
      }),
    );
  });

  it('keeps the calls of one PBX apart', async () => {
    const tracker = createCallTracker();
    const ids = Array.from({ length: 50 }, () => randomUUID());
    const calls = ids.map((channelId) =>
      tracker.follow(
        {
          channelId,
          ringLimitMs: 30_000,
          isLocal: false,
          timeouts: defaultTimeouts,
          log: createKeptLog().log,
          askState: () => Promise.resolve(null),
        },
        `action of ${channelId}`,
      ),
    );
    ids.forEach((id, n) => tracker.hear(hangup(id, n)));
    for (const [n, id] of [...ids.entries()].reverse()) {
      const actionId = `action of ${id}`;
      tracker.hear({ event: 'OriginateResponse', actionId, response: 'Failure', reason: n });
    }
    for (const [n, { call }] of calls.entries()) {
      assert.deepEqual(shortEvidence(await call.ended), [
        `hangup 1 ${n}  `,
        `response Failure ${n}`,
      ]);
    }
  });

  it('does not let a PBX fill the memory with invented words', () => {
    const { tracker, call, channelId, actionId } = follow(false);
    for (let n = 0; n < 1_000; n += 1) {
      const status = `WORD_${'ABCDEFGHIJ'.charAt(n % 10)}_${'X'.repeat(n / 10)}`;
      tracker.hear({ event: 'DialState', uniqueid: channelId, status });
    }
    assert.equal(call.events().length, 60);
    tracker.hear(hangup(channelId, 16));
    tracker.hear({ event: 'OriginateResponse', actionId, response: 'Success', reason: 4 });
    assert.equal(call.events().length, 62);
  });
});
