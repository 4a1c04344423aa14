import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { startHealthServer, type Health } from '../../runtime/health-server.ts';

async function served(t: TestContext, check: () => Promise<Health>): Promise<string> {
  const server = await startHealthServer({ host: '127.0.0.1', port: 0, check, checkLimitMs: 50 });
  t.after(() => server.stop());
  return server.url;
}

const well = () => Promise.resolve({ ok: true, parts: { postgres: 'ok' } });

describe('the health server', () => {
  it('answers 200 with the state of the parts when all is well', async (t) => {
    const response = await fetch(`${await served(t, well)}/healthz`);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'application/json');
    assert.deepEqual(await response.json(), { ok: true, parts: { postgres: 'ok' } });
  });

  it('answers 503 when a part is not, when the check fails, and when it takes too long', async (t) => {
    const checks: (() => Promise<Health>)[] = [
      () => Promise.resolve({ ok: false, parts: { postgres: 'down' } }),
      () => Promise.reject(new Error('postgres://dialer:secret@127.0.0.1')),
      () => new Promise(() => undefined),
    ];
    for (const check of checks) {
      const response = await fetch(`${await served(t, check)}/healthz`);
      assert.equal(response.status, 503);
      assert.doesNotMatch(await response.text(), /secret/);
    }
  });

  it('serves nothing else', async (t) => {
    const url = await served(t, well);
    assert.equal((await fetch(url)).status, 404);
    assert.equal((await fetch(`${url}/healthz/../etc/passwd`)).status, 404);
    assert.equal((await fetch(`${url}/healthz`, { method: 'POST' })).status, 405);
    assert.equal((await fetch(`${url}/healthz?x=1`, { method: 'HEAD' })).status, 200);
  });

  it('says when its port is taken, and may be stopped twice', async () => {
    const server = await startHealthServer({ host: '127.0.0.1', port: 0, check: well });
    const port = Number(new URL(server.url).port);
    await assert.rejects(startHealthServer({ host: '127.0.0.1', port, check: well }), /EADDRINUSE/);
    await Promise.all([server.stop(), server.stop()]);
    await assert.rejects(fetch(server.url));
  });
});
