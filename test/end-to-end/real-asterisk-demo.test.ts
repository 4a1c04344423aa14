import assert from 'node:assert/strict';
import { realpathSync } from 'node:fs';
import { describe, it } from 'node:test';
import { createDemoFolder } from '../support/demo-process.ts';
import { requireOrSkip } from '../support/skip-or-fail.ts';
import { installedAsterisk } from '../support/start-real-asterisk.ts';

describe('the demo on a real Asterisk, over SIP', { timeout: 300_000 }, () => {
  it('ends every contact as its row says, rings as often as it says, and ends by itself', async (t) => {
    const asterisk = installedAsterisk();
    const reason = 'no Asterisk is installed; npm run asterisk:install provides one';
    if (!requireOrSkip(t, asterisk !== null, reason) || asterisk === null) return;
    const demo = await createDemoFolder(realpathSync(asterisk.root));
    try {
      const first = demo.start('--pbx', 'asterisk', '--exit');
      assert.equal(await first.exited, 0, first.stderr());
      assert.match(first.stdout(), /PBX +Asterisk/);
      assert.match(first.stdout(), /40 of 40 contacts ended as .*contacts\.csv says/);
      const rung = demo.rung();
      const attempts = /demo: 40 contacts, (\d+) attempts/.exec(first.stdout())?.[1];
      const rings = [...rung.values()].reduce((sum, times) => sum + times, 0);
      assert.equal(rings, Number(attempts), 'the carrier counts other calls than the engine');

      const second = demo.start('--pbx', 'asterisk', '--exit');
      assert.equal(await second.exited, 0, second.stderr());
      assert.match(second.stdout(), /40 of 40 contacts ended as .*contacts\.csv says/);
      assert.deepEqual(demo.rung(), rung, 'the second start rang somebody');
    } finally {
      await demo.remove();
    }
  });
});
