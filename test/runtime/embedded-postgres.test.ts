import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import pg from 'pg';
import { tmpdir } from 'node:os';
import { startPostgres, type EmbeddedPostgres } from '../../runtime/embedded-postgres.ts';
import { endLeftover } from '../../runtime/leftover.ts';
import { choosePostgresAccount } from '../../runtime/postgres-account.ts';
import { findPostgresBinaries } from '../../runtime/postgres-binaries.ts';
import { identifyProcess } from '../../runtime/process-identity.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { waitFor } from './wait-for.ts';

const isRoot = process.getuid?.() === 0;

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows as unknown[];
  } finally {
    await client.end();
  }
}

// One cluster for all of these, in the order below: making one takes most of the time.
describe('the embedded Postgres', { concurrency: 1 }, () => {
  let dataDir: string;

  before(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'dialer-postgres-'));
    chmodSync(dataDir, 0o755);
  });

  after(async () => {
    await endLeftover(join(dataDir, 'postgres', 'postgres.pid'), { signal: 'SIGINT' });
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function started(t: TestContext): Promise<EmbeddedPostgres> {
    const postgres = await startPostgres({ dataDir });
    t.after(() => postgres.stop());
    return postgres;
  }

  it('starts with a database of its own, by password only, on loopback', async (t) => {
    const { url } = await started(t);
    await query(url, 'create table kept (word text)');
    await query(url, `insert into kept values ('first')`);
    assert.deepEqual(await query(url, 'show listen_addresses'), [
      { listen_addresses: '127.0.0.1' },
    ]);
    assert.deepEqual(await query(url, 'show server_encoding'), [{ server_encoding: 'UTF8' }]);
    await assert.rejects(query(url.replace(/:[0-9a-f]+@/, ':wrong@'), 'select 1'), /password/);
    assert.equal(statSync(join(dataDir, 'postgres', 'password')).mode & 0o777, 0o600);
  });

  it('may be stopped twice, and leaves nothing running', async () => {
    const postgres = await startPostgres({ dataDir });
    await Promise.all([postgres.stop(), postgres.stop()]);
    await postgres.stop();
    assert.equal(identifyProcess(postgres.pid), null);
    assert.deepEqual(await postgres.exited, { code: 0, signal: null });
  });

  it('goes on with its data on the same port after a kill -9', async (t) => {
    const first = await startPostgres({ dataDir });
    await query(first.url, `insert into kept values ('second')`);
    process.kill(first.pid, 'SIGKILL');
    assert.equal((await first.exited).signal, 'SIGKILL');
    const second = await started(t);
    assert.equal(second.url, first.url);
    assert.deepEqual(await query(second.url, 'select word from kept'), [
      { word: 'first' },
      { word: 'second' },
    ]);
  });

  it('ends a server that an earlier run left behind, noted or not', async (t) => {
    const first = await startPostgres({ dataDir });
    const second = await startPostgres({ dataDir });
    await first.exited;
    rmSync(join(dataDir, 'postgres', 'postgres.pid'));
    const third = await started(t);
    await second.exited;
    assert.equal((await query(third.url, 'select word from kept')).length, 2);
  });

  it('is not stopped by a lock whose pid is another process by now', async (t) => {
    const folder = join(dataDir, 'postgres');
    const { user } = await choosePostgresAccount(folder, findPostgresBinaries().postgres);
    // Of the same user: Postgres itself sees that another user's process cannot be its own.
    const other = spawn('sleep', ['600'], { stdio: 'ignore', cwd: '/', ...user });
    t.after(() => other.kill('SIGKILL'));
    const data = join(folder, 'data');
    writeFileSync(join(data, 'postmaster.pid'), `${other.pid}\n${data}\n1\n1\n\n127.0.0.1\n`);
    const { url } = await started(t);
    assert.deepEqual(await query(url, 'select 1 as one'), [{ one: 1 }]);
  });

  it('takes another port when its own is in use', async (t) => {
    const port = Number(readFileSync(join(dataDir, 'postgres', 'port'), 'utf8'));
    const server = createServer().listen(port, '127.0.0.1');
    await waitFor('the port', () => (server.address() as AddressInfo | null) !== null);
    t.after(() => server.close());
    const { url } = await started(t);
    assert.notEqual(new URL(url).port, String(port));
  });

  it('refuses data of another version, and says so', async () => {
    const folder = join(dataDir, 'postgres', 'data');
    const file = join(folder, 'PG_VERSION');
    writeFileSync(file, '15\n');
    await assert.rejects(startPostgres({ dataDir }), /written by Postgres 15/);
    writeFileSync(file, '18\n');
  });

  it('reports the words of Postgres when it cannot start', async () => {
    const settings = { shared_buffers: 'much' };
    await assert.rejects(startPostgres({ dataDir, settings }), /shared_buffers/);
  });
});

const forRoot = (): void => {
  it('starts for root in a folder that only root can enter', async (t) => {
    const closed = temporaryFolder(t);
    chmodSync(closed, 0o700);
    const postgres = await startPostgres({ dataDir: join(closed, 'inner') });
    t.after(() => postgres.stop());
    assert.deepEqual(await query(postgres.url, 'select 1 as one'), [{ one: 1 }]);
    const status = readFileSync(`/proc/${postgres.pid}/status`, 'utf8');
    assert.doesNotMatch(status, /^Uid:\s+0/m);
    // CAP_DAC_READ_SEARCH or CAP_DAC_OVERRIDE, one of them and nothing else.
    assert.match(status, /^CapEff:\s+0{15}[24]$/m);
  });

  it('has no capability where everybody may pass', async (t) => {
    const open = temporaryFolder(t);
    chmodSync(open, 0o755);
    const { prefix, user } = await choosePostgresAccount(
      join(open, 'postgres'),
      join(open, 'program'),
    );
    assert.notEqual(user?.uid, 0);
    assert.deepEqual(prefix, []);
  });

  it('is the owner of the data that is already there', async (t) => {
    const open = temporaryFolder(t);
    mkdirSync(join(open, 'postgres'));
    chownSync(join(open, 'postgres'), 12_345, 12_345);
    const { user } = await choosePostgresAccount(
      join(open, 'postgres'),
      findPostgresBinaries().postgres,
    );
    assert.deepEqual(user, { uid: 12_345, gid: 12_345 });
  });
};

const forOthers = (): void => {
  it('is our own', async (t) => {
    const { postgres } = findPostgresBinaries();
    const account = await choosePostgresAccount(temporaryFolder(t), postgres);
    assert.deepEqual(account, { user: null, prefix: [] });
  });
};

describe('the account of the embedded Postgres', isRoot ? forRoot : forOthers);
