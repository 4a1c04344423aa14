import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { WorkflowNotFoundError, type WorkflowClient } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import pino from 'pino';
import { createFeedContacts, type FeedResult } from '../../activities/feed-contacts.ts';
import { campaignProgress } from '../../db/campaign-progress.ts';
import { openDueCount } from '../../db/feed.ts';
import type { Database } from '../../db/open-database.ts';
import { releaseClaim } from '../../db/release-claim.ts';
import { setCampaignState } from '../../db/set-campaign-state.ts';
import type { CallingWindow } from '../../domain/campaign-settings.ts';
import type { CampaignId, ContactId } from '../../domain/ids.ts';
import { claimContact, claimed, endAttempt } from '../support/attempt-fixture.ts';
import {
  contactToInsert,
  dialable,
  insertTestContacts,
  testTrunk,
} from '../support/campaign-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

/** Their dates always differ: what is today in the one is a holiday in the other's past or future. */
const closedZone = 'Etc/GMT-14';
const openZone = 'Etc/GMT+12';

/** Open all day in openZone, closed all day in closedZone. */
function windowOf(now: Date): CallingWindow {
  const holiday = new Date(now.getTime() + 14 * 3_600_000).toISOString().slice(0, 10);
  return {
    days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
    fromMinute: 0,
    toMinute: 1_440,
    timeZone: 'contact',
    holidays: [holiday],
  };
}

function contactsIn(zone: string, count: number) {
  return Array.from({ length: count }, () => contactToInsert(undefined, { timeZone: zone }));
}

describe('the feeder', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createTestDatabase();
  });
  after(() => database.drop());

  /** Feeds one page, with workflows that only note what was asked of them. Capacity: 20 contacts. */
  async function feedPage(
    campaignId: CampaignId,
    lost: readonly ContactId[] = [],
    db = database.db,
  ) {
    const started: string[] = [];
    const signalled: (readonly [string, unknown])[] = [];
    const idOf = (workflowId: string) => workflowId.replace('contact/', '');
    const workflows = {
      start(_type: string, options: { workflowId: string }) {
        started.push(idOf(options.workflowId));
        return Promise.resolve();
      },
      getHandle: (workflowId: string) => ({
        signal(_name: string, message?: unknown) {
          const contactId = idOf(workflowId);
          if (lost.some((id) => id === contactId)) {
            return Promise.reject(new WorkflowNotFoundError('no workflow', workflowId, undefined));
          }
          signalled.push([contactId, message]);
          return Promise.resolve();
        },
      }),
    };
    const feedContacts = createFeedContacts({
      db,
      workflows: workflows as unknown as WorkflowClient,
      trunks: { [testTrunk]: { callsPerSecond: 1, channels: 1 } },
      agents: {},
      log: pino({ level: 'silent' }),
    });
    const environment = new MockActivityEnvironment();
    let heartbeats = 0;
    environment.on('heartbeat', () => (heartbeats += 1));
    const result: Promise<FeedResult> = environment.run(feedContacts, { campaignId });
    // A page without anybody to feed waits for somebody: it is given up once it has looked.
    const gaveUp = setTimeout(() => environment.cancel(), 1_000);
    const page = await result.catch(() => null);
    clearTimeout(gaveUp);
    return { page, fed: page?.fed ?? 0, started, signalled, heartbeats };
  }

  async function waitingFor(contactIds: readonly ContactId[]) {
    const rows = await database
      .db<{ id: ContactId; waiting_for: string | null; fed_at: Date | null }>('contacts')
      .whereIn('id', contactIds)
      .select('waiting_for', 'fed_at');
    return rows.map((row) => `${row.waiting_for} ${row.fed_at === null ? 'unfed' : 'fed'}`);
  }

  it('starts no workflow for contacts whose window is closed, and looks past them', async () => {
    const { db } = database;
    const { campaignId, contactIds } = await dialable(
      db,
      [...contactsIn(closedZone, 1_500), ...contactsIn(openZone, 3)],
      { callingWindow: windowOf(new Date()) },
    );
    const { started } = await feedPage(campaignId);
    assert.deepEqual(started, contactIds.slice(1_500));
    const closed = new Set(await waitingFor(contactIds.slice(0, 1_500)));
    assert.deepEqual([...closed], ['calling_window unfed']);
  });

  it('lets no more go on than the trunks dial when a window opens, whoever was fed first', async () => {
    const { db } = database;
    const { campaignId, contactIds, ownerEpoch } = await dialable(db, contactsIn(openZone, 60));
    const fed = contactIds.slice(0, 30);
    for (const contactId of fed) {
      const { attemptId } = await claimed(db, contactId, ownerEpoch);
      const nextAttemptAt = new Date(Date.now() + 3_600_000).toISOString();
      await releaseClaim(db, attemptId, { reason: 'calling_window', nextAttemptAt });
    }
    await db.raw(
      `update contacts set fed_at = now() - interval '1 day', next_attempt_at = now() - interval '1 second'
       where id = any(?)`,
      [[...fed]],
    );
    const first = await feedPage(campaignId);
    assert.deepEqual(
      first.signalled,
      fed.slice(0, 20).map((id) => [id, undefined]),
    );
    assert.deepEqual(first.started, []);
    assert.equal((await openDueCount(db, campaignId)).count, 20);
    assert.equal((await feedPage(campaignId)).fed, 0, 'the trunks are full');
    for (const contactId of fed.slice(0, 5)) {
      const { attemptId } = await claimed(db, contactId, ownerEpoch);
      await endAttempt(db, attemptId, { callStatus: 'answered' });
    }
    const second = await feedPage(campaignId);
    assert.deepEqual(
      second.signalled.map(([id]) => id),
      fed.slice(20, 25),
    );
  });

  it('resumes in the same way, and starts whoever has lost its workflow', async () => {
    const { db } = database;
    const { campaignId, contactIds, ownerEpoch } = await dialable(db, contactsIn(openZone, 30));
    await db.raw('update contacts set fed_at = now() where campaign_id = ?', [campaignId]);
    await setCampaignState(db, campaignId, 'paused');
    for (const contactId of [...contactIds].reverse()) {
      await claimContact(db, contactId, ownerEpoch);
    }
    assert.equal((await feedPage(campaignId)).fed, 0);
    await setCampaignState(db, campaignId, 'running');
    const lost = contactIds.slice(2, 4);
    const { started, signalled } = await feedPage(campaignId, lost);
    assert.deepEqual(started, lost);
    assert.deepEqual(
      signalled.map(([id]) => id),
      [...contactIds.slice(0, 2), ...contactIds.slice(4, 20)],
    );
  });

  it('starts those who lost their workflows again, and others as those are done, when all that were open are lost', async () => {
    const { db } = database;
    const { campaignId, contactIds, ownerEpoch } = await dialable(db, contactsIn(openZone, 25));
    const lost = contactIds.slice(0, 20);
    await db.raw("update contacts set fed_at = now() - interval '6 minutes' where id = any(?)", [
      [...lost],
    ]);
    assert.deepEqual((await feedPage(campaignId)).started, lost);
    assert.equal((await feedPage(campaignId)).fed, 0, 'the trunks are full');
    for (const contactId of lost.slice(0, 2)) {
      const { attemptId } = await claimed(db, contactId, ownerEpoch);
      await endAttempt(db, attemptId, { callStatus: 'answered' });
    }
    assert.deepEqual((await feedPage(campaignId)).started, contactIds.slice(20, 22));
  });

  it('counts a campaign once a page, and not while it waits for somebody to feed', async () => {
    const { db } = database;
    const { campaignId } = await dialable(db, contactsIn(openZone, 1));
    let counts = 0;
    const counting = beforeItCounts(db, () => Promise.resolve((counts += 1)));
    assert.equal((await feedPage(campaignId, [], counting)).fed, 1);
    assert.equal(counts, 1);
    assert.equal((await feedPage(campaignId, [], counting)).page, null);
    assert.equal(counts, 1);
  });

  it('leaves a cancel that came after it looked to the next page, which settles those who wait', async () => {
    const { db } = database;
    const { campaignId, contactIds } = await dialable(db, contactsIn(openZone, 1));
    const cancelling = beforeItCounts(db, () => setCampaignState(db, campaignId, 'cancelled'));
    const { page } = await feedPage(campaignId, [], cancelling);
    assert.equal(page?.progress.state, 'running');
    const next = await feedPage(campaignId);
    assert.deepEqual(next.signalled, [[contactIds[0], { hasChanged: true }]]);
    assert.deepEqual([next.page?.progress.state, next.page?.progress.pending], ['cancelled', 0]);
  });

  it('stays with a cancelled campaign until the last claim has ended, and settles one that is given back', async () => {
    const { db } = database;
    const { campaignId, contactId, ownerEpoch } = await dialable(db, contactsIn(openZone, 1));
    const { attemptId } = await claimed(db, contactId, ownerEpoch);
    await setCampaignState(db, campaignId, 'cancelled');
    assert.equal((await feedPage(campaignId)).page, null);
    await releaseClaim(db, attemptId, { reason: 'no_opening', nextAttemptAt: null });
    assert.equal((await feedPage(campaignId)).page?.progress.pending, 0);
  });

  it('says that it is alive while it settles a long list that was cancelled', async () => {
    const { db } = database;
    const { campaignId } = await dialable(db, contactsIn(openZone, 1_200));
    await setCampaignState(db, campaignId, 'cancelled');
    const { page, heartbeats } = await feedPage(campaignId);
    assert.equal(page?.progress.pending, 0);
    assert.ok(heartbeats >= 3, `${heartbeats}`);
  });

  it('says that it finished a campaign that became a draft since, and starts nobody of it', async () => {
    const { db } = database;
    const { campaignId, contactId, ownerEpoch } = await dialable(db, contactsIn(openZone, 1));
    const { attemptId } = await claimed(db, contactId, ownerEpoch);
    await endAttempt(db, attemptId, { callStatus: 'answered' });
    const importing = beforeItCounts(db, () =>
      insertTestContacts(db, campaignId, contactsIn(openZone, 1)),
    );
    const { page, started } = await feedPage(campaignId, [], importing);
    assert.equal(page?.progress.state, 'finished');
    assert.deepEqual(started, []);
    assert.equal((await campaignProgress(db, campaignId)).state, 'draft');
  });
});

/** The database, where something happens each time before a campaign's contacts are counted. */
function beforeItCounts(db: Database, action: () => Promise<unknown>): Database {
  return new Proxy(db, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== 'function') return value;
      return (...args: readonly unknown[]) => {
        const run = () => Reflect.apply(value, target, args) as unknown;
        const isCount = key === 'raw' && String(args[0]).includes('count(c.id)');
        return isCount ? action().then(run) : run();
      };
    },
  });
}
