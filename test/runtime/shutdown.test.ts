import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { exitCodeOf, listenForShutdown } from '../../runtime/shutdown.ts';

describe('shutdown', () => {
  it('begins once, and a later signal forces the end with the code shells expect', (t) => {
    let now = 1_000;
    mock.method(performance, 'now', () => now);
    t.after(() => mock.restoreAll());
    const begun: string[] = [];
    const exits: number[] = [];
    const remove = listenForShutdown({
      onFirst: (signal) => void begun.push(signal),
      exit: (code) => void exits.push(code),
    });
    t.after(remove);
    process.emit('SIGINT', 'SIGINT');
    now += 400;
    process.emit('SIGTERM', 'SIGTERM');
    assert.deepEqual([begun, exits], [['SIGINT'], []]);
    now += 200;
    process.emit('SIGINT', 'SIGINT');
    assert.deepEqual([begun, exits], [['SIGINT'], [130]]);
  });

  it('gives the signals back', () => {
    const before = process.listenerCount('SIGTERM');
    listenForShutdown({ onFirst: () => undefined })();
    assert.equal(process.listenerCount('SIGTERM'), before);
    assert.equal(exitCodeOf('SIGTERM'), 143);
  });
});
