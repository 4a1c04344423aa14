import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { dueContacts, markFed, openDueCount } from '../../db/feed.ts';
import { listNumbers } from '../../db/numbers-list.ts';
import { nextStepOf } from '../../db/next-step-of.ts';
import { lockContact } from '../../db/lock-contact.ts';
import {
  noteSuppressionList,
  requiredLists,
  suppressionLists,
} from '../../db/suppression-lists.ts';
import {
  addSuppressions,
  findSuppressions,
  listSuppressions,
  removeSuppressions,
} from '../../db/suppressions.ts';
import type { CampaignId, ContactId } from '../../domain/ids.ts';
import { claimContact, claimed, reasonOf } from '../support/attempt-fixture.ts';
import {
  contactToInsert,
  dialable,
  insertCampaign,
  phoneKeyOf,
} from '../support/campaign-fixture.ts';
import { idsToWake, markToldNow } from '../support/feed-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database.drop());

const dayMs = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * dayMs);
const requires = (...sources: string[]) => ({
  suppression: { lists: sources.map((source) => ({ source, maxAgeMs: 30 * dayMs })) },
});

function note(source: string, listDate: Date, campaignId: CampaignId | null = null) {
  return noteSuppressionList(database.db, { source, campaignId, listDate, replaced: false });
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('a campaign that requires a suppression list', () => {
  async function claimOf(scene: { contactId: ContactId; ownerEpoch: number }): Promise<string> {
    return reasonOf(await claimContact(database.db, scene.contactId, scene.ownerEpoch));
  }

  it('is dialled only while the list of everybody, or its own, is young enough', async () => {
    const other = await dialable(database.db, undefined, requires('claim-a'));
    const own = await dialable(database.db, undefined, requires('claim-a'));
    const { ownerEpoch } = own;
    assert.equal(await claimOf(own), 'suppression_list_old', 'never imported');
    await note('claim-a', daysAgo(31));
    assert.equal(await claimOf(own), 'suppression_list_old', 'too old');
    await note('claim-a', daysAgo(29), own.campaignId);
    assert.equal(
      await claimOf({ ...other, ownerEpoch }),
      'suppression_list_old',
      'another campaign’s list',
    );
    assert.equal(await claimOf(own), 'claimed');
    await note('claim-a', daysAgo(29));
    assert.equal(await claimOf({ ...other, ownerEpoch }), 'claimed');
  });

  async function dueIds(campaignId: CampaignId): Promise<ContactId[]> {
    return (await dueContacts(database.db, { campaignId, limit: 9 })).map(({ id }) => id);
  }

  it('needs every one of its lists', async () => {
    const scene = await dialable(database.db, undefined, requires('both-a', 'both-b'));
    await note('both-a', daysAgo(1));
    assert.equal(await claimOf(scene), 'suppression_list_old');
    await note('both-b', daysAgo(1));
    assert.equal(await claimOf(scene), 'claimed');
  });

  it('has a suppressed number settled all the same: no import would free it', async () => {
    const { db } = database;
    const e164 = '+525517000001';
    const scene = await dialable(db, [contactToInsert([e164])], requires('never'));
    await addSuppressions(db, {
      campaignId: null,
      source: 'manual',
      numbers: [{ e164, phoneKey: phoneKeyOf(e164) }],
    });
    assert.equal(await claimOf(scene), 'suppressed');
  });

  it('holds its contacts back, feeds no more of them, and wakes them after an import', async () => {
    const { db } = database;
    const scene = await dialable(
      db,
      [contactToInsert(), contactToInsert(), contactToInsert()],
      requires('feed'),
    );
    const { campaignId, contactId, contactIds } = scene;
    assert.deepEqual(await dueIds(campaignId), [], 'nobody is fed');
    await markFed(db, [contactId]);
    assert.equal(await claimOf(scene), 'suppression_list_old');
    assert.equal((await openDueCount(db, campaignId)).count, 0, 'takes up no capacity');
    const contact = await db.transaction((trx) => lockContact(trx, contactId));
    assert.ok(contact !== null);
    assert.deepEqual(nextStepOf(contact), {
      step: 'wait',
      reason: 'suppression_list_old',
      until: null,
      rule: 'suppression.lists: feed',
      trunks: contact.trunks,
    });
    await db.raw(
      "update contacts set fed_at = fed_at - interval '1 hour' where campaign_id = ? and fed_at is not null",
      [campaignId],
    );
    assert.deepEqual(await dueIds(campaignId), [], 'is not lost');
    assert.deepEqual(await idsToWake(db, { campaignId, limit: 9 }), []);
    assert.deepEqual(
      (await collect(listNumbers(db, campaignId))).map((row) => row.waitingFor),
      Array<string>(3).fill('suppression_list_old'),
    );

    await note('feed', daysAgo(0));
    assert.deepEqual(await idsToWake(db, { campaignId, limit: 0 }), []);
    assert.deepEqual(await idsToWake(db, { campaignId, limit: 9 }), [contactId]);
    await markToldNow(db, [contactId]);
    assert.deepEqual(await idsToWake(db, { campaignId, limit: 9 }), [], 'was just told');
    assert.deepEqual(await dueIds(campaignId), contactIds.slice(1));
    await claimed(db, contactId, scene.ownerEpoch);
  });

  it('is told which of its lists do not do', async () => {
    const { db } = database;
    const { campaignId, name } = await insertCampaign(db, requires('told-a', 'told-b'));
    const listDate = daysAgo(2);
    await note('told-a', daysAgo(40));
    await note('told-a', listDate, campaignId);
    await note('told-b', daysAgo(31));
    const maxAgeMs = 30 * dayMs;
    assert.deepEqual(await requiredLists(db, campaignId), [
      {
        campaign: name,
        source: 'told-a',
        maxAgeMs,
        listDate: listDate.toISOString(),
        isTooOld: false,
      },
      {
        campaign: name,
        source: 'told-b',
        maxAgeMs,
        listDate: (await requiredLists(db, campaignId))[1]?.listDate,
        isTooOld: true,
      },
    ]);
    const ofAll = await requiredLists(db);
    assert.equal(ofAll.filter(({ campaign }) => campaign === name).length, 2);
    await db('campaigns').where({ id: campaignId }).update({ state: 'cancelled' });
    assert.ok((await requiredLists(db)).every(({ campaign }) => campaign !== name));
  });
});

describe('the age of a list', () => {
  it('never goes back but by a replacement', async () => {
    const { db } = database;
    const dateOf = async () =>
      (await suppressionLists(db)).find(({ source }) => source === 'age')?.listDate;
    const older = daysAgo(9);
    const newer = daysAgo(3);
    await note('age', newer);
    await note('age', older);
    assert.equal(await dateOf(), newer.toISOString());
    await noteSuppressionList(db, {
      source: 'age',
      campaignId: null,
      listDate: older,
      replaced: true,
    });
    assert.equal(await dateOf(), older.toISOString());
  });
});

describe('a suppression', () => {
  const entry = (e164: string) => ({ e164, phoneKey: phoneKeyOf(e164) });
  const held = async (e164: string, campaignId: CampaignId | null = null) => {
    const key = phoneKeyOf(e164);
    return (await findSuppressions(database.db, { campaignId, phoneKeys: [key] })).get(key) ?? [];
  };

  it('keeps the newest date and the longest protection, whatever comes later', async () => {
    const { db } = database;
    const e164 = '+525517010001';
    const soon = new Date('2100-01-01T00:00:00.000Z');
    const late = new Date('2101-01-01T00:00:00.000Z');
    const add = (listedAt: Date, expiresAt: Date | null) =>
      addSuppressions(db, {
        campaignId: null,
        source: 'register',
        listedAt,
        expiresAt,
        numbers: [entry(e164)],
      });
    const shown = async () => (await held(e164)).map(({ date, expiresAt }) => [date, expiresAt]);
    assert.equal(await add(daysAgo(9), soon), 1);
    const newest = daysAgo(1);
    assert.equal(await add(newest, late), 0);
    assert.equal(await add(daysAgo(5), soon), 0);
    assert.deepEqual(await shown(), [[newest.toISOString(), late.toISOString()]]);
    await add(newest, null);
    assert.deepEqual(await shown(), [[newest.toISOString(), null]]);
    await add(newest, soon);
    assert.deepEqual(await shown(), [[newest.toISOString(), null]]);
  });

  it('belongs to its source: another source adds its own, and ends only its own', async () => {
    const { db } = database;
    const e164 = '+525517010002';
    for (const source of ['one', 'two']) {
      assert.equal(
        await addSuppressions(db, { campaignId: null, source, numbers: [entry(e164)] }),
        1,
      );
    }
    const scene = await dialable(db, [contactToInsert(['+525517010003'])]);
    const remove = (source?: string) =>
      removeSuppressions(db, {
        campaignId: null,
        phoneKeys: [phoneKeyOf(e164)],
        ...(source === undefined ? {} : { source }),
      });
    assert.equal(await remove('one'), 1);
    assert.deepEqual(
      (await held(e164, scene.campaignId)).map(({ source }) => source),
      ['two'],
    );
    await addSuppressions(db, { campaignId: null, source: 'one', numbers: [entry(e164)] });
    assert.equal(await remove(), 1, 'one number, from both');
    assert.deepEqual(await held(e164), []);
  });

  it('is counted by source, and apart from what has expired', async () => {
    const { db } = database;
    const { campaignId, name } = await insertCampaign(db);
    const add = (campaign: CampaignId | null, expiresAt: Date | null, ...numbers: string[]) =>
      addSuppressions(db, {
        campaignId: campaign,
        source: 'counted',
        expiresAt,
        numbers: numbers.map(entry),
      });
    await add(null, null, '+525517020001', '+525517020002');
    await add(null, daysAgo(1), '+525517020003');
    await add(campaignId, null, '+525517020001');
    await note('counted', daysAgo(3));
    const rows = (await suppressionLists(db)).filter(({ source }) => source === 'counted');
    assert.deepEqual(
      rows.map(({ campaign, entries, inForce, ageDays }) => [campaign, entries, inForce, ageDays]),
      [
        [null, 3, 2, 3],
        [name, 1, 1, null],
      ],
    );
    const listed = await collect(listSuppressions(db, { source: 'counted', pageSize: 1 }));
    assert.equal(listed.length, 4);
    const ofOne = await collect(listSuppressions(db, { source: 'counted', campaignId }));
    assert.equal(ofOne.length, 1);
  });
});
