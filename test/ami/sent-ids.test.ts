import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSentIds } from '../../ami/sent-ids.ts';

describe('sent ids', () => {
  it('are remembered up to a bound, the oldest forgotten first', () => {
    const ids = createSentIds(3);
    for (const id of ['a', 'b', 'c', 'a']) ids.add(id);
    assert.ok(ids.has('a') && ids.has('b') && ids.has('c'));
    ids.add('d');
    assert.ok(!ids.has('a') && ids.has('b') && ids.has('d'));
  });
});
