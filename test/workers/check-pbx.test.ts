import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { pino } from 'pino';
import { startSimulator, type Simulator } from '../../asterisk/simulator/start-simulator.ts';
import { freePort } from '../../runtime/loopback-port.ts';
import { checkPbx } from '../../workers/check-pbx.ts';

const log = pino({ level: 'silent' });

describe('a look at a PBX', () => {
  let simulator: Simulator;
  before(async () => {
    simulator = await startSimulator();
  });
  after(() => simulator.stop());

  const check = (changes: object = {}) => {
    const { host, port, username, secret } = simulator;
    return checkPbx({ host, port, username, secret, log, limitMs: 2_000, ...changes });
  };

  it('says ready and the version when login and rights are right', async () => {
    const { state, version, missingRights } = await check();
    assert.deepEqual([state, missingRights], ['ready', []]);
    assert.match(version ?? '', /^\d+\./);
  });

  it('says that the login was refused', async () => {
    assert.equal((await check({ secret: 'wrong' })).state, 'login_refused');
  });

  it('says that nobody answers', async () => {
    assert.equal((await check({ port: await freePort() })).state, 'not_reachable');
  });

  it('names the rights that the manager user lacks', async () => {
    const poor = await startSimulator({
      rights: { read: ['system', 'call'], write: ['reporting'] },
    });
    try {
      const { host, port, username, secret } = poor;
      const { state, missingRights } = await check({ host, port, username, secret });
      assert.equal(state, 'rights_missing');
      assert.ok(missingRights.includes('write=originate'), missingRights.join());
    } finally {
      await poor.stop();
    }
  });
});
