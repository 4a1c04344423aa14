import assert from 'node:assert/strict';
import type { Database } from '../../db/open-database.ts';

/** Resolves when a statement in this database waits for a lock; fails after some seconds. */
export async function untilSomebodyWaits(db: Database): Promise<void> {
  for (let look = 0; look < 500; look += 1) {
    const { rows } = await db.raw<{ rows: unknown[] }>(
      `select from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (rows.length > 0) return;
    await db.raw('select pg_sleep(0.01)');
  }
  assert.fail('nothing waits for a lock');
}
