import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { retargetContact } from '../../db/retarget-contact.ts';
import type { ContactId } from '../../domain/ids.ts';
import { importContacts } from '../../imports/import-contacts.ts';
import { piecesOf } from '../imports/pieces-of.ts';
import { claimed } from '../support/attempt-fixture.ts';
import { contactToInsert, dialable, insertCampaign } from '../support/campaign-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

describe('the zones a number may lie in', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createTestDatabase();
  });
  after(() => database.drop());

  const eastAndCentral = ['America/Chicago', 'America/New_York'];

  function contactIn(timeZones: readonly string[] | null) {
    const contact = contactToInsert();
    return { ...contact, numbers: contact.numbers.map((number) => ({ ...number, timeZones })) };
  }

  async function zonesOf(contactId: ContactId): Promise<unknown[]> {
    return database
      .db('numbers')
      .where({ contact_id: contactId })
      .orderBy('position')
      .pluck('time_zones');
  }

  it('are stored with each number of an imported contact', async () => {
    const { db } = database;
    const { campaignId } = await insertCampaign(db, {}, 'draft');
    await importContacts({
      db,
      campaignId,
      file: piecesOf('number_1,number_2\n+18505551234,55 5010 0200\n'),
      phoneSecret: new Uint8Array(32),
      defaultCountry: 'MX',
      onFault: () => assert.fail(),
    });
    const [contactId] = (await db('contacts')
      .where({ campaign_id: campaignId })
      .pluck('id')) as ContactId[];
    assert.ok(contactId !== undefined);
    assert.deepEqual(await zonesOf(contactId), [eastAndCentral, ['America/Mexico_City']]);
  });

  it('come with the claim, for the number it is about', async () => {
    const { db } = database;
    const { contactIds, ownerEpoch } = await dialable(db, [
      contactIn(eastAndCentral),
      contactIn(null),
      contactIn([]),
      contactToInsert(),
    ]);
    const found: unknown[] = [];
    for (const contactId of contactIds) {
      found.push((await claimed(db, contactId, ownerEpoch)).numberZones);
    }
    assert.deepEqual(found, [eastAndCentral, null, null, null]);
  });

  it('go along to the campaign a contact is retargeted to', async () => {
    const { db } = database;
    const { contactIds } = await dialable(db, [contactIn(eastAndCentral), contactIn(null)]);
    const { campaignId } = await insertCampaign(db);
    const found: unknown[] = [];
    for (const contactId of contactIds) {
      const result = await db.transaction((trx) => retargetContact(trx, contactId, { campaignId }));
      assert.ok('newContactId' in result);
      found.push(...(await zonesOf(result.newContactId)));
    }
    assert.deepEqual(found, [eastAndCentral, null]);
  });

  it('count the day of perNumberPerDay by the first of them, unless the contact has its own', async () => {
    const { db } = database;
    // A day apart, whatever the hour.
    const apart = ['Etc/GMT+12', 'Pacific/Kiritimati'];
    const own = { ...contactIn(apart), timeZone: 'Pacific/Kiritimati' };
    const attempts = { perContact: null, perNumberPerDay: 1 };
    const { contactIds, ownerEpoch } = await dialable(db, [contactIn(apart), own], {
      attempts,
      timeZone: 'Pacific/Kiritimati',
    });
    for (const [index, zone] of apart.entries()) {
      const contactId = contactIds[index];
      assert.ok(contactId !== undefined);
      await claimed(db, contactId, ownerEpoch);
      const { rows } = await db.raw<{ rows: { same: boolean }[] }>(
        'select day = (last_attempt_at at time zone :zone)::date as same from numbers where contact_id = :contactId',
        { zone, contactId },
      );
      assert.deepEqual(rows, [{ same: true }]);
    }
  });
});
