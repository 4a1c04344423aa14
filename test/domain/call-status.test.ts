import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  bestResult,
  callStatuses,
  groupOf,
  groups,
  isCallStatus,
} from '../../domain/call-status.ts';

describe('call status', () => {
  it('is in exactly one of three groups', () => {
    assert.deepEqual(groups, ['connected', 'unanswered', 'failed']);
    assert.equal(new Set(callStatuses).size, 13);
    const grouped = Object.fromEntries(
      groups.map((group) => [group, callStatuses.filter((status) => groupOf(status) === group)]),
    );
    assert.deepEqual(grouped, {
      connected: ['answered', 'transferred', 'voicemail', 'abandoned'],
      unanswered: ['no_answer', 'busy', 'out_of_service', 'rejected'],
      failed: ['invalid_number', 'dialing_error', 'restricted', 'unconfirmed', 'cancelled'],
    });
  });

  it('is none of the other words', () => {
    for (const word of ['pending', 'ANSWER', 'Answered', '', 'constructor', '__proto__']) {
      assert.ok(!isCallStatus(word), word);
    }
    for (const status of callStatuses) assert.ok(isCallStatus(status));
  });
});

describe('bestResult', () => {
  const result = fc.record({
    callStatus: fc.constantFrom(...callStatuses),
    dialStatus: fc.constant(null),
    at: fc.integer({ min: 10, max: 59 }).map((second) => `2026-11-22T12:00:${second}.000Z`),
  });

  it('of no results is none', () => assert.equal(bestResult([]), null));

  it('is connected before unanswered before failed, then the latest', () => {
    const at = (second: number) => `2026-11-22T12:00:${second}.000Z`;
    const of = (callStatus: (typeof callStatuses)[number], second: number) => ({
      callStatus,
      dialStatus: null,
      at: at(second),
    });
    const busy = of('busy', 20);
    assert.equal(bestResult([of('dialing_error', 50), busy, of('no_answer', 10)]), busy);
    const voicemail = of('voicemail', 10);
    assert.equal(bestResult([busy, voicemail, of('cancelled', 59)]), voicemail);
  });

  it('is one of the results, and none is in a better group or later in the same', () => {
    fc.assert(
      fc.property(fc.array(result, { minLength: 1, maxLength: 6 }), (results) => {
        const best = bestResult(results);
        assert.ok(best);
        assert.ok(results.some((candidate) => candidate === best));
        const rank = groups.indexOf(groupOf(best.callStatus));
        for (const other of results) {
          const otherRank = groups.indexOf(groupOf(other.callStatus));
          assert.ok(rank < otherRank || (rank === otherRank && best.at >= other.at));
        }
      }),
    );
  });
});
