import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dialStatusCode, dialStatuses, dialStatusOfCode } from '../../domain/dial-status.ts';
import { dialStatusOfReason } from '../../domain/reason-dialect.ts';

describe('dial status', () => {
  it('has the words and codes of the seed table', () => {
    const table = dialStatuses.map((status) => [dialStatusCode(status), status]);
    assert.deepEqual(table, [
      [0, 'NO_ANSWER'],
      [1, 'BUSY'],
      [2, 'FAILURE'],
      [3, 'CONGESTION'],
      [4, 'ANSWER'],
    ]);
    for (const status of dialStatuses)
      assert.equal(dialStatusOfCode(dialStatusCode(status)), status);
    assert.throws(() => dialStatusOfCode(5));
  });
});

describe('dialStatusOfReason', () => {
  it('reads what Asterisk sends', () => {
    const read = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((reason) =>
      dialStatusOfReason('asterisk', reason),
    );
    assert.deepEqual(read, [
      'FAILURE',
      'FAILURE',
      null,
      'NO_ANSWER',
      'ANSWER',
      'BUSY',
      null,
      null,
      'CONGESTION',
      null,
    ]);
  });

  it('takes the seed table literally for issabel', () => {
    const read = [-1, 0, 1, 2, 3, 4, 5].map((reason) => dialStatusOfReason('issabel', reason));
    assert.deepEqual(read, [null, 'NO_ANSWER', 'BUSY', 'FAILURE', 'CONGESTION', 'ANSWER', null]);
  });
});
