import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRestartDetector } from '../../ami/restart-detector.ts';

describe('the restart detector', () => {
  it('sees a restart by an uptime that does not fit the time passed', () => {
    let nowMs = 1_000_000;
    const detector = createRestartDetector(() => nowMs);
    assert.equal(detector.noteBooted(100), 'link_lost');
    assert.equal(detector.startedAtMs(), 900_000);
    nowMs += 60_000;
    assert.equal(detector.noteBooted(159), 'link_lost');
    assert.equal(detector.noteBooted(162), 'link_lost');
    nowMs += 60_000;
    assert.equal(detector.noteBooted(30), 'pbx_restarted');
    nowMs += 10_000;
    assert.equal(detector.noteBooted(40), 'link_lost');
  });

  it('sees a restart right after a start', () => {
    let nowMs = 0;
    const detector = createRestartDetector(() => nowMs);
    detector.noteBooted(0);
    nowMs += 5_000;
    assert.equal(detector.noteBooted(0), 'pbx_restarted');
  });

  it('believes an announced shutdown, once', () => {
    const detector = createRestartDetector(() => 0);
    detector.noteBooted(null);
    detector.noteShutdown();
    assert.equal(detector.noteBooted(null), 'pbx_restarted');
    assert.equal(detector.noteBooted(null), 'link_lost');
    assert.equal(detector.startedAtMs(), null);
  });
});
