import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { insertContacts, type InsertContactsResult } from '../../db/insert-contacts.ts';
import { setCampaignState } from '../../db/set-campaign-state.ts';
import { showContact } from '../../db/show-contact.ts';
import { addSuppressions } from '../../db/suppressions.ts';
import type { CampaignId, ContactId } from '../../domain/ids.ts';
import { claimed, endAttempt } from '../support/attempt-fixture.ts';
import {
  contactToInsert,
  dialable,
  insertCampaign,
  insertTestContacts,
  phoneKeyOf,
} from '../support/campaign-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database.drop());

function outcomes(result: InsertContactsResult): string[] {
  assert.ok('results' in result);
  return result.results.map((row) => {
    if (row.kind === 'imported') return 'imported';
    return row.by === 'number' ? `number ${row.position}` : row.by;
  });
}

describe('importing contacts', () => {
  it('refuses what is in the campaign already, or earlier in the batch, and keeps the rest', async () => {
    const { db } = database;
    const { campaignId } = await insertCampaign(db);
    const first = await insertContacts(db, {
      campaignId,
      contacts: [
        contactToInsert(['+525512000001'], { externalId: 'a' }),
        contactToInsert(['+525512000002', '+525512000003'], { externalId: 'b' }),
        contactToInsert(['+525512000004', '+525512000003']),
        contactToInsert(['+525512000005'], { externalId: 'a' }),
      ],
    });
    assert.deepEqual(outcomes(first), ['imported', 'imported', 'number 2', 'external_id']);
    const second = await insertContacts(db, {
      campaignId,
      contacts: [
        contactToInsert(['+525512000003']),
        contactToInsert(['+525512000006'], { externalId: 'b' }),
        contactToInsert(['+525512000004']),
        contactToInsert(['+525512000005']),
      ],
    });
    assert.deepEqual(outcomes(second), ['number 1', 'external_id', 'imported', 'imported']);
  });

  it('calls a person again a duplicate after they were settled', async () => {
    const { db } = database;
    const { campaignId, contactId, ownerEpoch } = await dialable(db, [
      contactToInsert(['+525512010001'], { externalId: 'x' }),
    ]);
    const { attemptId } = await claimed(db, contactId, ownerEpoch);
    await endAttempt(db, attemptId, { callStatus: 'answered' });
    const result = await insertContacts(db, {
      campaignId,
      contacts: [
        contactToInsert(['+525512010001']),
        contactToInsert(['+525512010002'], { externalId: 'x' }),
      ],
    });
    assert.deepEqual(outcomes(result), ['number 1', 'external_id']);
  });

  it('takes the same person into another campaign', async () => {
    const { db } = database;
    for (let round = 0; round < 2; round += 1) {
      const { campaignId } = await insertCampaign(db);
      await insertTestContacts(db, campaignId, [
        contactToInsert(['+525512020001'], { externalId: 'same' }),
      ]);
    }
  });

  it('settles at once whom nobody may dial, and starts with the first number that may be', async () => {
    const { db } = database;
    const { campaignId } = await insertCampaign(db);
    const other = await insertCampaign(db);
    const suppress = (e164: string, list: CampaignId | null) =>
      addSuppressions(db, {
        campaignId: list,
        source: 'test',
        numbers: [{ e164, phoneKey: phoneKeyOf(e164) }],
      });
    await suppress('+525512030001', null);
    await suppress('+525512030002', campaignId);
    await suppress('+525512030003', other.campaignId);
    const number = (e164: string, valid: boolean) => ({ e164, phoneKey: phoneKeyOf(e164), valid });
    const contactIds = await insertTestContacts(db, campaignId, [
      contactToInsert(['+525512030001', '+525512030002']),
      contactToInsert(['+525512030003']),
      contactToInsert([], { numbers: [number('+525512030004', false)] }),
      contactToInsert([], {
        numbers: [number('+525512030005', false), number('+525512030006', true)],
      }),
    ]);
    const seen = await Promise.all(
      contactIds.map(async (contactId: ContactId) => {
        const contact = await showContact(db, contactId);
        const numbers = contact?.numbers.map(
          ({ callStatus, waitingFor }) => callStatus ?? waitingFor,
        );
        return [contact?.callStatus, numbers];
      }),
    );
    assert.deepEqual(seen, [
      ['restricted', ['restricted', 'restricted']],
      [null, ['turn']],
      ['invalid_number', ['invalid_number']],
      [null, ['invalid_number', 'turn']],
    ]);
    const [first] = contactIds;
    const shown = first === undefined ? null : await showContact(db, first);
    assert.deepEqual(
      shown?.numbers.map(({ refusedBy }) => refusedBy),
      ['suppression: test', 'suppression: test'],
    );
  });

  it('brings each person once when two files come at the same time', async () => {
    const { db } = database;
    const { campaignId } = await insertCampaign(db);
    const file = () =>
      Array.from({ length: 300 }, (_, index) => contactToInsert([`+52551205${1000 + index}`]));
    const results = await Promise.all(
      [file(), file().reverse(), file()].map((contacts) =>
        insertContacts(db, { campaignId, contacts }),
      ),
    );
    const imported = results.flatMap(outcomes).filter((outcome) => outcome === 'imported');
    assert.equal(imported.length, 300);
    const rows = (await db('contacts')
      .where({ campaign_id: campaignId })
      .orderBy('row_no')
      .pluck('row_no')) as string[];
    assert.deepEqual(
      rows.map(Number),
      Array.from({ length: 300 }, (_, index) => index + 1),
    );
  });

  it('is refused by a campaign that is cancelled or not there', async () => {
    const { db } = database;
    const { campaignId } = await insertCampaign(db);
    await setCampaignState(db, campaignId, 'cancelled');
    const contacts = [contactToInsert()];
    assert.deepEqual(await insertContacts(db, { campaignId, contacts }), {
      refused: 'campaign_cancelled',
    });
    const unknown = '00000000-0000-4000-8000-000000000000' as unknown as CampaignId;
    assert.deepEqual(await insertContacts(db, { campaignId: unknown, contacts }), {
      refused: 'unknown_campaign',
    });
  });

  it('stores any text, also what Postgres has no way to keep', async () => {
    const { db } = database;
    const { campaignId } = await insertCampaign(db);
    const name = `O'Hara "${'\u0000'}" \ud800 {}\\ $1 ? :x`;
    const attributes = { note: '\udc00;drop table contacts' };
    const [contactId] = await insertTestContacts(db, campaignId, [
      contactToInsert(undefined, { name, attributes, externalId: 'é\u0000' }),
    ]);
    assert.ok(contactId !== undefined);
    const contact = await showContact(db, contactId);
    assert.equal(contact?.name, 'O\'Hara "\ufffd" \ufffd {}\\ $1 ? :x');
    assert.deepEqual(contact?.attributes, { note: '\ufffd;drop table contacts' });
    assert.equal(contact?.externalId, 'é\ufffd');
  });
});
