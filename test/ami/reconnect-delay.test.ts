import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultTimeouts } from '../../ami/ami-timeouts.ts';
import { reconnectDelayMs } from '../../ami/reconnect-delay.ts';

describe('reconnectDelayMs', () => {
  it('doubles from half a second to 15 seconds, with jitter downwards of a half', () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 1_000].map((n) =>
      Math.round(reconnectDelayMs(n, defaultTimeouts, 0.999_999)),
    );
    assert.deepEqual(longest, [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
    assert.equal(reconnectDelayMs(1, defaultTimeouts, 0), 250);
    assert.equal(reconnectDelayMs(99, defaultTimeouts, 0), 7_500);
  });
});
