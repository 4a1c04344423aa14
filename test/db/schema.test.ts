import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { dumpSchema } from '../../db/dump-schema.ts';
import { compareSchema, migrate } from '../../db/migrate.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

const schemaFile = new URL('../../db/schema.sql', import.meta.url);

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database.drop());

describe('the schema', () => {
  it('is what db/schema.sql says (set UPDATE_SCHEMA=1 to write it anew)', async () => {
    const dump = await dumpSchema(database.db);
    if (process.env['UPDATE_SCHEMA'] === '1') await writeFile(schemaFile, dump);
    assert.equal(dump, await readFile(schemaFile, 'utf8'));
  });

  it('is complete after one migration run, and a second run finds nothing to do', async () => {
    assert.deepEqual(await compareSchema(database.db), { missing: [], unknown: [] });
    assert.deepEqual(await migrate(database.db), []);
  });

  it('is migrated once by two processes that start together', async () => {
    const { db } = database;
    await db.raw('drop schema public cascade; create schema public');
    const runs = await Promise.all([migrate(db), migrate(db), migrate(db)]);
    assert.equal(runs.filter((run) => run.length > 0).length, 1);
    assert.deepEqual(await compareSchema(db), { missing: [], unknown: [] });
  });

  it('names migrations that only a newer version knows', async () => {
    const { db } = database;
    await db('schema_migrations').insert({ name: '9999-from-the-future' });
    assert.deepEqual((await compareSchema(db)).unknown, ['9999-from-the-future']);
    await db('schema_migrations').where({ name: '9999-from-the-future' }).delete();
  });

  it('leaves nothing behind when a migration fails', async () => {
    const { db } = database;
    await db.raw('drop schema public cascade; create schema public; create table trunks ()');
    await assert.rejects(migrate(db), /already exists/);
    assert.equal(await db.schema.hasTable('campaigns'), false);
    assert.equal(await db.schema.hasTable('schema_migrations'), false);
  });
});
