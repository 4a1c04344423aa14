import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { migrate } from '../../db/migrate.ts';
import { openDatabase, type Database } from '../../db/open-database.ts';
import { useTestPostgres } from './postgres.ts';

export interface TestDatabase {
  readonly db: Database;
  readonly url: string;
  /** Closes the pool and drops the database; throws when anything else is still connected to it. */
  drop(): Promise<void>;
}

/** A migrated database of its own, copied from a template that the first caller makes. */
export async function createTestDatabase(options = { poolSize: 20 }): Promise<TestDatabase> {
  const server = await useTestPostgres();
  const name = `dialer_test_${randomUUID().replaceAll('-', '')}`;
  const maintenance = openDatabase(server.url, { poolSize: 2 });
  try {
    const template = await ensureTemplate(maintenance, server.url);
    await maintenance.raw('create database ?? template ??', [name, template]);
  } finally {
    await maintenance.destroy();
  }
  const url = withDatabase(server.url, name);
  const db = openDatabase(url, options);
  return {
    db,
    url,
    async drop() {
      await db.destroy();
      try {
        await dropDatabase(server.url, name);
      } finally {
        await server.release();
      }
    },
  };
}

/** One template per content of the migrations, so that an outside server never serves an old one. */
async function ensureTemplate(maintenance: Database, serverUrl: string): Promise<string> {
  const name = `dialer_template_${await migrationsHash()}`;
  // A session lock, since a database cannot be created inside a transaction.
  const guard = openDatabase(serverUrl, { poolSize: 1 });
  try {
    await guard.raw('set lock_timeout = 0');
    await guard.raw('select pg_advisory_lock(hashtext(?))', [name]);
    const { rows } = await guard.raw<{ rows: unknown[] }>(
      'select from pg_database where datname = ?',
      [name],
    );
    if (rows.length === 0) await buildTemplate(maintenance, serverUrl, name);
  } finally {
    await guard.destroy();
  }
  return name;
}

/** Built under another name and renamed when whole: a killed test run leaves no half template. */
async function buildTemplate(maintenance: Database, serverUrl: string, name: string) {
  const draft = `dialer_draft_${randomUUID().replaceAll('-', '')}`;
  await maintenance.raw('create database ??', [draft]);
  const db = openDatabase(withDatabase(serverUrl, draft), { poolSize: 1 });
  try {
    await migrate(db);
  } finally {
    await db.destroy();
  }
  await maintenance.raw('alter database ?? rename to ??', [draft, name]);
}

async function migrationsHash(): Promise<string> {
  const folder = new URL('../../db/migrations/', import.meta.url);
  const hash = createHash('sha256');
  for (const file of (await readdir(folder)).sort()) {
    hash.update(file).update(await readFile(new URL(file, folder)));
  }
  return hash.digest('hex').slice(0, 16);
}

async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  const maintenance = openDatabase(serverUrl, { poolSize: 1 });
  try {
    const leaked = await connectionsLeft(maintenance, name);
    await maintenance.raw('drop database ?? with (force)', [name]);
    if (leaked.length > 0) {
      throw new Error(`connections were left open by: ${leaked.join(', ')}`);
    }
  } finally {
    await maintenance.destroy();
  }
}

/** Who is connected; a backend that is just ending gets two seconds to be gone. */
async function connectionsLeft(maintenance: Database, name: string): Promise<string[]> {
  for (let tries = 20; ; tries -= 1) {
    const { rows } = await maintenance.raw<{ rows: { who: string; pause: unknown }[] }>(
      "select application_name || ': ' || left(query, 80) as who from pg_stat_activity where datname = ?",
      [name],
    );
    if (rows.length === 0 || tries === 0) return rows.map((row) => row.who);
    await maintenance.raw('select pg_sleep(0.1)');
  }
}

function withDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
