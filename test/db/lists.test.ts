import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { listAttempts } from '../../db/attempts-list.ts';
import { createCampaign, findCampaign, getCampaign, listCampaigns } from '../../db/campaigns.ts';
import { insertVoidAttempt } from '../../db/insert-void-attempt.ts';
import { markFed } from '../../db/feed.ts';
import { listNumbers } from '../../db/numbers-list.ts';
import { campaignReport } from '../../db/report.ts';
import { setCampaignState } from '../../db/set-campaign-state.ts';
import { addSuppressions, listSuppressions, removeSuppressions } from '../../db/suppressions.ts';
import { callStatuses, groupOf } from '../../domain/call-status.ts';
import type { CampaignId, ContactId } from '../../domain/ids.ts';
import { claimContact, claimed, endAttempt, redial } from '../support/attempt-fixture.ts';
import {
  campaignSettings,
  contactToInsert,
  dialable,
  insertCampaign,
  insertTestContacts,
  newAttemptId,
  phoneKeyOf,
  testTrunk,
} from '../support/campaign-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database.drop());

function contacts(count: number) {
  return Array.from({ length: count }, () => contactToInsert());
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('campaigns', () => {
  it('are found by name and id with their settings as given, and listed by name', async () => {
    const { db } = database;
    const settings = campaignSettings({
      name: 'first',
      recycle: { busy: { afterMs: 1_000, max: 3, backoff: 2 } },
    });
    const created = await createCampaign(db, { settings, source: 'name: first' });
    assert.ok('id' in created);
    await createCampaign(db, { settings: campaignSettings({ name: 'a-second' }), source: '' });
    const found = await findCampaign(db, 'first');
    assert.deepEqual(found, {
      id: created.id,
      name: 'first',
      state: 'draft',
      settingsVersion: 1,
      settings,
      createdAt: found?.createdAt,
      startedAt: null,
      finishedAt: null,
    });
    assert.deepEqual(await getCampaign(db, created.id), found);
    assert.equal(await findCampaign(db, 'third'), null);
    assert.deepEqual(
      (await listCampaigns(db)).map(({ name }) => name),
      ['a-second', 'first'],
    );
    assert.deepEqual(await createCampaign(db, { settings, source: '' }), { refused: 'name_taken' });
  });

  it('go only from state to state as they should', async () => {
    const { db } = database;
    const { campaignId } = await insertCampaign(db, {}, 'draft');
    const to = (state: 'running' | 'paused' | 'cancelled') =>
      setCampaignState(db, campaignId, state);
    assert.equal(await to('paused'), 'draft');
    assert.equal(await to('running'), 'running');
    assert.equal(await to('running'), 'running');
    assert.equal(await to('paused'), 'paused');
    assert.equal(await to('running'), 'running');
    assert.equal(await to('cancelled'), 'cancelled');
    assert.equal(await to('running'), 'cancelled');
    assert.equal(await to('paused'), 'cancelled');
    const unknown = newAttemptId() as unknown as CampaignId;
    await assert.rejects(setCampaignState(db, unknown, 'paused'), { code: 'CAMPAIGN_UNKNOWN' });
  });
});

describe('the numbers list', () => {
  it('says what each number waits for', async () => {
    const { db } = database;
    const scene = await dialable(db, [
      contactToInsert(['+525514000001', '+525514000002'], { externalId: 'due' }),
      contactToInsert(['+525514000003'], { externalId: 'calling' }),
      contactToInsert(['+525514000004'], { externalId: 'redial' }),
      contactToInsert(['+525514000005', '+525514000006'], { externalId: 'done' }),
      contactToInsert([], {
        externalId: 'invalid',
        numbers: [{ e164: '+525514000007', phoneKey: 'k7', valid: false }],
      }),
    ]);
    const { campaignId, ownerEpoch } = scene;
    const [, calling, again, done] = scene.contactIds as [
      ContactId,
      ContactId,
      ContactId,
      ContactId,
    ];
    await claimed(db, calling, ownerEpoch);
    const second = await claimed(db, again, ownerEpoch);
    const at = new Date(Date.now() + 60_000);
    await endAttempt(db, second.attemptId, {
      callStatus: 'no_answer',
      dialStatus: 'NO_ANSWER',
      decision: redial(second, 'no_answer', at),
    });
    const third = await claimed(db, done, ownerEpoch);
    await endAttempt(db, third.attemptId, { callStatus: 'answered', dialStatus: 'ANSWER' });
    const list = async () =>
      (await collect(listNumbers(db, campaignId, 1))).map((row) => [
        row.externalId,
        row.number.slice(-1),
        row.dialStatusCode,
        row.callStatus,
        row.group,
        row.attempts,
        row.waitingFor,
      ]);
    assert.deepEqual(await list(), [
      ['due', '1', null, null, null, 0, 'turn'],
      ['due', '2', null, null, null, 0, 'earlier number'],
      ['calling', '3', null, null, null, 1, 'call'],
      ['redial', '4', 0, 'no_answer', 'unanswered', 1, 'redial'],
      ['done', '5', 4, 'answered', 'connected', 1, null],
      ['done', '6', null, null, null, 0, 'not needed'],
      ['invalid', '7', null, 'invalid_number', 'failed', 0, null],
    ]);
    await setCampaignState(db, campaignId, 'paused');
    assert.equal((await list())[0]?.[6], 'paused');
    const rows = await collect(listNumbers(db, campaignId));
    assert.equal(rows[3]?.nextAttemptAt, at.toISOString());
    assert.ok(rows[4]?.lastAttemptAt);
  });

  it('reads every row once whatever the size of a page', async () => {
    const { db } = database;
    const { campaignId } = await insertCampaign(db);
    const inserted = contacts(25);
    await insertTestContacts(db, campaignId, inserted);
    const expected = inserted.map(({ numbers }) => numbers[0]?.e164);
    for (const pageSize of [1, 5, 24, 25, 26]) {
      const rows = await collect(listNumbers(db, campaignId, pageSize));
      assert.deepEqual(
        rows.map(({ number }) => number),
        expected,
      );
    }
  });
});

describe('the attempts list', () => {
  it('holds every attempt in order, a live one too, and no barred id', async () => {
    const { db } = database;
    const { campaignId, contactIds, contactId, ownerEpoch } = await dialable(db, contacts(7));
    for (const id of contactIds) await claimed(db, id, ownerEpoch);
    await insertVoidAttempt(db, { attemptId: newAttemptId(), contactId, trunk: testTrunk });
    const rows = await collect(listAttempts(db, campaignId, 3));
    assert.deepEqual(
      rows.map((row) => row.contactId),
      contactIds,
    );
    assert.equal(rows[0]?.state, 'sending');
    assert.ok(rows[0]?.startedAt);
    assert.equal(rows[0]?.endedAt, null);
  });
});

describe('the report', () => {
  it('counts contacts by group, call status and dial status, and adds up', async () => {
    const { db } = database;
    const { campaignId, name, contactIds, ownerEpoch } = await dialable(
      db,
      contacts(callStatuses.length + 1),
    );
    for (const [index, callStatus] of callStatuses.entries()) {
      const { attemptId } = await claimed(db, contactIds[index] as ContactId, ownerEpoch);
      const dialStatus = groupOf(callStatus) === 'connected' ? 'ANSWER' : null;
      await endAttempt(db, attemptId, { callStatus, dialStatus });
    }
    const report = await campaignReport(db, campaignId);
    assert.equal(report.campaign, name);
    assert.equal(report.total, 14);
    assert.equal(report.connected, 4);
    assert.equal(report.unanswered, 4);
    assert.equal(report.failed, 5);
    assert.equal(report.pending, 1);
    assert.deepEqual(report.percent, {
      connected: 28.57,
      unanswered: 28.57,
      failed: 35.71,
      pending: 7.14,
    });
    assert.deepEqual([...new Set(Object.values(report.byCallStatus))], [1]);
    assert.equal(report.byDialStatus.ANSWER, 4);
    assert.equal(report.attempts, 13);
    const agrees = (await collect(listNumbers(db, campaignId))).filter(
      ({ group }) => group === 'failed',
    );
    assert.equal(agrees.length, report.failed);
  });

  it('can be limited to contacts settled in a period', async () => {
    const { db } = database;
    const { campaignId, contactIds, ownerEpoch } = await dialable(db, contacts(3));
    for (const contactId of contactIds.slice(0, 2)) {
      const { attemptId } = await claimed(db, contactId, ownerEpoch);
      await endAttempt(db, attemptId, { callStatus: 'answered' });
    }
    await db('contacts')
      .where({ id: contactIds[0] })
      .update({ settled_at: '2026-01-01T00:00:00Z' });
    const total = async (period: { from?: string; to?: string }) =>
      (await campaignReport(db, campaignId, period)).total;
    assert.equal(await total({}), 3);
    assert.equal(await total({ from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' }), 1);
    assert.equal(await total({ to: '2026-01-01T00:00:00Z' }), 0);
    assert.equal(await total({ from: '2026-01-02T00:00:00Z' }), 1);
  });

  it('of an empty campaign is all zero', async () => {
    const { db } = database;
    const { campaignId } = await insertCampaign(db);
    const { total, percent, attempts } = await campaignReport(db, campaignId);
    assert.deepEqual(
      { total, percent, attempts },
      { total: 0, percent: { connected: 0, unanswered: 0, failed: 0, pending: 0 }, attempts: 0 },
    );
  });
});

describe('suppression lists', () => {
  const number = (e164: string) => ({ e164, phoneKey: phoneKeyOf(e164) });

  it('hold a number once each, and say how many were new', async () => {
    const { db } = database;
    const { campaignId, name } = await insertCampaign(db);
    const add = (campaign: CampaignId | null, ...numbers: string[]) =>
      addSuppressions(db, { campaignId: campaign, source: 'file', numbers: numbers.map(number) });
    assert.equal(await add(null, '+525515000001', '+525515000002', '+525515000001'), 2);
    assert.equal(await add(null, '+525515000002', '+525515000003'), 1);
    assert.equal(await add(campaignId, '+525515000001'), 1);
    const all = await collect(listSuppressions(db, { pageSize: 2 }));
    assert.equal(all.length, 4);
    assert.deepEqual(await collect(listSuppressions(db, { campaignId })), [
      {
        number: '+525515000001',
        campaign: name,
        source: 'file',
        date: all[3]?.date,
        createdAt: all[3]?.createdAt,
        expiresAt: null,
        inForce: true,
      },
    ]);
  });

  it('are left one by one', async () => {
    const { db } = database;
    const { campaignId } = await insertCampaign(db);
    const e164 = '+525515010001';
    for (const list of [null, campaignId]) {
      await addSuppressions(db, { campaignId: list, source: 'test', numbers: [number(e164)] });
    }
    const scene = await dialable(db, [contactToInsert(['+525515010002'])]);
    const remove = (list: CampaignId | null) =>
      removeSuppressions(db, { campaignId: list, phoneKeys: [phoneKeyOf(e164)] });
    assert.equal(await remove(scene.campaignId), 0);
    assert.equal(await remove(null), 1);
    assert.equal(await remove(null), 0);
    assert.equal(await remove(campaignId), 1);
  });
});

describe('the reason why nobody is dialled', () => {
  it('is in the numbers list after a refused claim', async () => {
    const { db } = database;
    const { campaignId, contactId, ownerEpoch } = await dialable(db);
    await markFed(db, [contactId]);
    await claimContact(db, contactId, ownerEpoch - 1);
    assert.equal((await collect(listNumbers(db, campaignId)))[0]?.waitingFor, 'not_owner');
  });
});
