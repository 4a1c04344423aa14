import { openDatabase, type Database } from '../../db/open-database.ts';
import type { TestDatabase } from './test-database.ts';

export interface VirtualClock {
  /** Sees the time that is set instead of the server's. One connection: one thing at a time. */
  readonly db: Database;
  set(now: Date): Promise<void>;
  close(): Promise<void>;
}

/** A connection to a test database on which statements ask a clock that the test sets. */
export async function openVirtualClock(database: TestDatabase): Promise<VirtualClock> {
  await database.db.raw('create schema virtual');
  for (const name of ['now', 'clock_timestamp', 'statement_timestamp']) {
    await database.db.raw(
      `create function virtual.${name}() returns timestamptz language sql stable
         as $$ select current_setting('virtual.now')::timestamptz $$`,
    );
  }
  // Before pg_catalog, whose own functions would be found first otherwise.
  const url = new URL(database.url);
  url.searchParams.set('options', '-c search_path=virtual,pg_catalog,public');
  const db = openDatabase(url.href, { poolSize: 1 });
  return {
    db,
    async set(now) {
      await db.raw("select set_config('virtual.now', ?, false)", [now.toISOString()]);
    },
    close: () => db.destroy(),
  };
}
