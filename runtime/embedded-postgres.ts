import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { endProcess } from './end-process.ts';
import { spawnGuarded, type ExitStatus, type GuardedChild } from './guarded-child.ts';
import { endLeftover } from './leftover.ts';
import { logTail } from './log-tail.ts';
import { rememberedPort } from './loopback-port.ts';
import { choosePostgresAccount, type PostgresAccount } from './postgres-account.ts';
import { findPostgresBinaries } from './postgres-binaries.ts';
import { ensureCluster, postgresEnvironment } from './postgres-cluster.ts';
import { commandLineOf, identifyProcess } from './process-identity.ts';

export interface PostgresOptions {
  /** The engine's data folder; ours is `postgres/` in it. */
  readonly dataDir: string;
  /** Settings as in postgresql.conf, laid over ours. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Only the port of last time will do: others are told of it already. Default false. */
  readonly samePort?: boolean;
}

export interface EmbeddedPostgres {
  /** With the password; for the database `dialer`. */
  readonly url: string;
  readonly pid: number;
  /** Never rejects. */
  readonly exited: Promise<ExitStatus>;
  /** A fast shutdown (clients are cut off, nothing is lost). May be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts the embedded Postgres on 127.0.0.1, on the same port as last time if it is free, and waits until
 * the database `dialer` answers. What an earlier run left behind, killed or not, is ended first; the data
 * is kept. It is reached by password only, kept in `<dataDir>/postgres/password`.
 * @throws Error when it does not start, with the end of its log.
 */
export async function startPostgres({
  dataDir,
  settings = {},
  samePort = false,
}: PostgresOptions): Promise<EmbeddedPostgres> {
  const folder = join(dataDir, 'postgres');
  const logFile = join(dataDir, 'logs', 'postgres.log');
  const binaries = findPostgresBinaries();
  const account = await choosePostgresAccount(folder, binaries.postgres);
  const password = await ensureCluster(folder, logFile, binaries.initdb, account);
  await clearTheWay(folder);
  const port = await rememberedPort(join(folder, 'port'), samePort);
  const url = `postgres://dialer:${password}@127.0.0.1:${port}/dialer`;
  const args = serverArguments(join(folder, 'data'), port, settings);
  const child = await run([binaries.postgres, ...args], folder, logFile, account, url);
  await ensureDatabase(url).catch(async (error: unknown) => {
    await child.stop(5_000);
    throw error;
  });
  return {
    url,
    pid: child.pid,
    exited: child.exited,
    stop: async () => void (await child.stop(30_000)),
  };
}

function serverArguments(
  data: string,
  port: number,
  settings: Readonly<Record<string, string>>,
): string[] {
  const all = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '200',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...settings,
  };
  return ['-D', data, ...Object.entries(all).flatMap(([key, value]) => ['-c', `${key}=${value}`])];
}

/** Ends the server of an earlier run, and removes a lock whose pid is another program's by now. */
async function clearTheWay(folder: string): Promise<void> {
  await endLeftover(join(folder, 'postgres.pid'), { signal: 'SIGINT', graceMs: 30_000 });
  const lock = join(folder, 'data', 'postmaster.pid');
  const holder = identifyProcess(firstLineNumber(lock));
  if (!holder) return;
  if (commandLineOf(holder.pid).includes(join(folder, 'data'))) {
    await endProcess(holder, 'SIGINT', 30_000);
  } else {
    rmSync(lock, { force: true });
  }
}

function firstLineNumber(file: string): number {
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10) || 0;
  } catch {
    return 0;
  }
}

async function run(
  server: readonly string[],
  folder: string,
  logFile: string,
  { user, prefix }: PostgresAccount,
  url: string,
): Promise<GuardedChild> {
  const [command = '', ...args] = [...prefix, ...server];
  for (let attempt = 1; ; attempt += 1) {
    const child = await spawnGuarded({
      command,
      args,
      env: postgresEnvironment(),
      cwd: '/',
      logFile,
      pidFile: join(folder, 'postgres.pid'),
      stopSignal: 'SIGINT',
      orphanGraceMs: 30_000,
      ...(user && prefix.length === 0 ? { user } : {}),
    });
    if (await answers(child, url)) return child;
    const tail = logTail(logFile);
    // The server's own processes outlive its kill -9 for a moment and hold its shared memory.
    if (attempt === 10 || !/shared memory|in use/.test(tail)) {
      throw new Error(`the embedded Postgres did not start:\n${tail}`);
    }
    await delay(500);
  }
}

/** Waits until it takes connections; false when it ends first or needs more than a minute. */
async function answers(child: GuardedChild, url: string): Promise<boolean> {
  let ended = false;
  void child.exited.then(() => (ended = true));
  const limit = performance.now() + 60_000;
  while (!ended && performance.now() < limit) {
    if (await connects(url)) return true;
    await delay(50);
  }
  await child.stop(0);
  return false;
}

async function connects(url: string): Promise<boolean> {
  return withClient(maintenance(url), () => Promise.resolve(true)).catch(() => false);
}

async function ensureDatabase(url: string): Promise<void> {
  await withClient(maintenance(url), async (client) => {
    const found = await client.query(`select 1 from pg_database where datname = 'dialer'`);
    if (found.rowCount === 0) await client.query('create database dialer');
  });
}

function maintenance(url: string): string {
  return url.replace(/\/dialer$/, '/postgres');
}

async function withClient<Result>(
  url: string,
  use: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
