import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openDatabase } from '../../db/open-database.ts';
import { createTestDatabase } from '../support/test-database.ts';

describe('a test database', () => {
  it('fails the test that leaves a pool open, and is dropped all the same', async () => {
    const keeper = await createTestDatabase();
    const database = await createTestDatabase();
    const leaked = openDatabase(database.url, { applicationName: 'a forgotten pool' });
    await leaked.raw('select 1');
    await assert.rejects(database.drop(), /a forgotten pool/);
    await leaked.destroy();
    const { rows } = await keeper.db.raw<{ rows: unknown[] }>(
      'select from pg_database where datname = ?',
      [new URL(database.url).pathname.slice(1)],
    );
    assert.equal(rows.length, 0);
    await keeper.drop();
  });
});
