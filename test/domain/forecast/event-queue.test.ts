import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createEventQueue } from '../../../domain/forecast/event-queue.ts';
import { createLine } from '../../../domain/forecast/line.ts';

describe('the events of a forecast', () => {
  it('come by time, and those of one time as they were added', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 200 }), (times) => {
        const queue = createEventQueue<number>();
        times.forEach((atMs, index) => queue.add(atMs, index));
        const expected = times
          .map((atMs, event) => ({ atMs, event }))
          .sort((a, b) => a.atMs - b.atMs || a.event - b.event);
        const taken = times.map(() => queue.take());
        assert.deepEqual(
          taken.map((entry) => ({ atMs: entry?.atMs, event: entry?.event })),
          expected,
        );
        assert.equal(queue.take(), undefined);
      }),
    );
  });
});

describe('a line', () => {
  it('lets them go in the order in which they came, however many', () => {
    const line = createLine<number>();
    const left: (number | undefined)[] = [];
    for (let item = 0; item < 5_000; item += 1) {
      line.join(item);
      if (item % 3 > 0) left.push(line.leave());
    }
    assert.equal(line.first, left.length);
    assert.equal(line.length, 5_000 - left.length);
    while (line.length > 0) left.push(line.leave());
    assert.deepEqual(
      left,
      Array.from({ length: 5_000 }, (_, item) => item),
    );
    assert.equal(line.leave(), undefined);
  });
});
