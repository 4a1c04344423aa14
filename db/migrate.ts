import { readdir, readFile } from 'node:fs/promises';
import type { Database } from './open-database.ts';

const folder = new URL('./migrations/', import.meta.url);

/** Any fixed number of our own: two migrators of one database take turns. */
const lockKey = 7_214_052_301;
const oldestServer = 150_000;

/**
 * Brings the schema up to date and returns the names of the migrations it ran. All of them run in
 * one transaction under a lock, so that a second migrator waits and then finds nothing to do.
 * Migrations only go forward; a later fault is mended by a later migration.
 */
export async function migrate(db: Database): Promise<string[]> {
  const available = await migrationNames();
  return db.transaction(async (trx) => {
    await trx.raw('set local lock_timeout = 0; set local statement_timeout = 0');
    await trx.raw('select pg_advisory_xact_lock(?)', [lockKey]);
    await refuseOldServer(trx);
    await trx.raw(
      'create table if not exists schema_migrations' +
        ' (name text primary key, applied_at timestamptz not null default now())',
    );
    const applied = new Set(await appliedNames(trx));
    const missing = available.filter((name) => !applied.has(name));
    for (const name of missing) {
      await trx('schema_migrations').insert({ name });
      await runScript(trx, await readFile(new URL(`${name}.sql`, folder), 'utf8'));
    }
    return missing;
  });
}

/**
 * How the schema differs from what this version of the code knows: `missing` migrations must be
 * run first; `unknown` ones come from a newer version, which this one must not work with.
 */
export async function compareSchema(
  db: Database,
): Promise<{ missing: string[]; unknown: string[] }> {
  const available = await migrationNames();
  const applied = (await db.schema.hasTable('schema_migrations')) ? await appliedNames(db) : [];
  return {
    missing: available.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !available.includes(name)),
  };
}

async function migrationNames(): Promise<string[]> {
  const files = await readdir(folder);
  return files
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.slice(0, -'.sql'.length))
    .sort();
}

async function appliedNames(db: Database): Promise<string[]> {
  const rows = await db<{ name: string }>('schema_migrations').select('name').orderBy('name');
  return rows.map((row) => row.name);
}

async function refuseOldServer(db: Database): Promise<void> {
  const { rows } = await db.raw<{ rows: { version: string }[] }>(
    "select current_setting('server_version_num') as version",
  );
  const version = Number(rows[0]?.version);
  if (version < oldestServer) {
    throw Object.assign(new Error(`Postgres 15 or newer is needed; this server is ${version}.`), {
      code: 'POSTGRES_TOO_OLD',
    });
  }
}

/** A script of several statements; the question mark is knex's placeholder and must be escaped. */
async function runScript(db: Database, sql: string): Promise<void> {
  await db.raw(sql.replaceAll('?', '\\?'));
}
