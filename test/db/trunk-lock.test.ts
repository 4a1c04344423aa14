import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { acquireTrunkLock, type TrunkLock, type TrunkLockOptions } from '../../db/trunk-lock.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database.drop());

const never: TrunkLockOptions = { onLost: (error: Error) => assert.fail(error) };

async function held(trunk: string, options: TrunkLockOptions = never): Promise<TrunkLock> {
  const lock = await acquireTrunkLock(database.url, trunk, options);
  assert.ok(lock !== null);
  return lock;
}

describe('the lock of a trunk', () => {
  it('is held by one process at a time, and free again after a release', async () => {
    const first = await held('carrier-a');
    assert.equal(first.isHeld(), true);
    assert.equal(await acquireTrunkLock(database.url, 'carrier-a', never), null);
    const other = await held('carrier-b');
    await first.release();
    await first.release();
    assert.equal(first.isHeld(), false);
    const second = await held('carrier-a');
    await Promise.all([second.release(), other.release()]);
  });

  it('says once that it was lost when the server ends its connection, and is free', async () => {
    const losses: Error[] = [];
    const { promise, resolve } = deferred();
    const onLost = (error: Error) => {
      losses.push(error);
      resolve();
    };
    const lock = await held('carrier-a', { onLost });
    await database.db.raw(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'dialer trunk carrier-a'",
    );
    await promise;
    assert.equal(lock.isHeld(), false);
    await lock.release();
    const next = await held('carrier-a');
    await next.release();
    assert.equal(losses.length, 1);
  });

  it('counts as lost when the server falls silent', { timeout: 20_000 }, async () => {
    const proxy = await startProxy(database.url);
    try {
      const { promise, resolve } = deferred();
      const options = { onLost: resolve, pingEveryMs: 20, pingTimeoutMs: 100 };
      const lock = await acquireTrunkLock(proxy.url, 'carrier-a', options);
      assert.ok(lock !== null);
      proxy.fallSilent();
      await promise;
      assert.equal(lock.isHeld(), false);
    } finally {
      await proxy.close();
    }
  });

  it('is lost when the connection is closed without a word', { timeout: 20_000 }, async () => {
    const proxy = await startProxy(database.url);
    const { promise, resolve } = deferred();
    const lock = await acquireTrunkLock(proxy.url, 'carrier-a', { onLost: resolve });
    assert.ok(lock !== null);
    await proxy.close();
    await promise;
    assert.equal(lock.isHeld(), false);
  });

  it('cannot be taken from a server that is not there', async () => {
    const url = new URL(database.url);
    url.port = '1';
    await assert.rejects(acquireTrunkLock(url.href, 'carrier-a', never));
  });
});

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** Stands between us and Postgres, and can stop passing anything on. */
async function startProxy(databaseUrl: string) {
  const target = new URL(databaseUrl);
  const sockets: Socket[] = [];
  let isSilent = false;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.push(from);
      from.on('data', (bytes) => {
        if (!isSilent) to.write(bytes);
      });
      from.on('error', () => {});
      from.on('close', () => to.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${address.port}`;
  return {
    url: url.href,
    fallSilent: () => {
      isSilent = true;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
