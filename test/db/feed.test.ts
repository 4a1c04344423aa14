import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { activateSettingsVersion } from '../../db/campaign-settings.ts';
import {
  contactsToWake,
  dueContacts,
  markFed,
  markWoken,
  openDueCount,
  parkContacts,
} from '../../db/feed.ts';
import { holdForTurn } from '../../db/hold-for-turn.ts';
import { finishIfSettled } from '../../db/finish-if-settled.ts';
import { campaignProgress } from '../../db/campaign-progress.ts';
import { reassignContact } from '../../db/reassign-contact.ts';
import { releaseClaim } from '../../db/release-claim.ts';
import { rescheduleContact } from '../../db/reschedule-contact.ts';
import { setCampaignState } from '../../db/set-campaign-state.ts';
import { readNextStep } from '../../db/read-next-step.ts';
import type { ContactId } from '../../domain/ids.ts';
import { claimContact, claimed, endAttempt, reasonOf, redial } from '../support/attempt-fixture.ts';
import {
  changeRules,
  contactToInsert,
  dialable,
  insertCampaign,
  insertTestContacts,
  testTrunk,
} from '../support/campaign-fixture.ts';
import { idsToTell, idsToWake, markToldNow } from '../support/feed-fixture.ts';
import { untilSomebodyWaits } from '../support/until-somebody-waits.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database.drop());

const because = { reasonCode: 'other' };

function contacts(count: number) {
  return Array.from({ length: count }, () => contactToInsert());
}

async function dueIds(page: Parameters<typeof dueContacts>[1]): Promise<ContactId[]> {
  return (await dueContacts(database.db, page)).map(({ id }) => id);
}

async function age(contactIds: readonly ContactId[], columns: readonly string[]) {
  const changes = columns
    .map((column) => `${column} = ${column} - interval '6 minutes'`)
    .join(', ');
  await database.db.raw(`update contacts set ${changes} where id = any(?)`, [[...contactIds]]);
}

describe('feeding', () => {
  it('names contacts that are due in the order of import, until they are marked', async () => {
    const { db } = database;
    const { campaignId, contactIds } = await dialable(db, contacts(5));
    const first = await dueIds({ campaignId, limit: 3 });
    assert.deepEqual(first, contactIds.slice(0, 3));
    assert.deepEqual(await dueIds({ campaignId, limit: 3 }), first, 'asking marks nobody');
    await markFed(db, first);
    assert.deepEqual(await dueIds({ campaignId, limit: 3 }), contactIds.slice(3));
  });

  it('leaves out those that sleep, belong to an agent, are in a call or settled', async () => {
    const { db } = database;
    const { campaignId, contactIds, ownerEpoch } = await dialable(db, contacts(5));
    const [sleeping, agents, calling, settled, due] = contactIds as [
      ContactId,
      ContactId,
      ContactId,
      ContactId,
      ContactId,
    ];
    await rescheduleContact(db, sleeping, new Date(Date.now() + 60_000).toISOString(), because);
    await reassignContact(db, agents, { agent: 'ana' }, because);
    await claimed(db, calling, ownerEpoch);
    const { attemptId } = await claimed(db, settled, ownerEpoch);
    await endAttempt(db, attemptId, { callStatus: 'busy' });
    await db.raw('update contacts set fed_at = null where campaign_id = ?', [campaignId]);
    assert.deepEqual(await dueIds({ campaignId, limit: 10 }), [due]);
  });

  it('feeds nobody of a campaign that does not run', async () => {
    const { db } = database;
    const { campaignId } = await dialable(db, contacts(2));
    for (const state of ['paused', 'cancelled'] as const) {
      await setCampaignState(db, campaignId, state);
      assert.deepEqual(await dueIds({ campaignId, limit: 10 }), []);
    }
  });

  it('names a fed contact again when it is overdue for five minutes, as perhaps lost', async () => {
    const { db } = database;
    const { campaignId, contactIds, ownerEpoch } = await dialable(db, contacts(4));
    const [lost, waiting, redialled, agents] = contactIds as [
      ContactId,
      ContactId,
      ContactId,
      ContactId,
    ];
    await markFed(db, contactIds);
    const claim = await claimed(db, redialled, ownerEpoch);
    await endAttempt(db, claim.attemptId, {
      callStatus: 'busy',
      decision: redial(claim, 'busy', new Date(Date.now() + 3_600_000)),
    });
    await reassignContact(db, agents, { agent: 'ana' }, because);
    assert.deepEqual(await dueIds({ campaignId, limit: 10 }), []);
    await age([lost, redialled, agents], ['fed_at']);
    assert.deepEqual(await dueIds({ campaignId, limit: 10 }), [lost]);
    await markFed(db, [lost]);
    assert.deepEqual(await dueIds({ campaignId, limit: 10 }), []);
    await db.raw(
      "update contacts set next_attempt_at = now() - interval '6 minutes' where id = ?",
      [redialled],
    );
    assert.deepEqual(await dueIds({ campaignId, limit: 10 }), [redialled]);
    assert.ok(waiting);
  });

  it('counts as open those that are fed and due, not those that sleep or wait for a person', async () => {
    const { db } = database;
    const { campaignId, contactIds, ownerEpoch } = await dialable(db, contacts(6));
    assert.equal((await openDueCount(db, campaignId)).count, 0);
    await markFed(db, contactIds);
    const [first, second, third] = contactIds as [ContactId, ContactId, ContactId];
    await rescheduleContact(db, first, new Date(Date.now() + 60_000).toISOString(), because);
    await reassignContact(db, second, { agent: 'ana' }, because);
    const { attemptId } = await claimed(db, third, ownerEpoch);
    const open = await openDueCount(db, campaignId);
    assert.equal(open.count, 4);
    assert.deepEqual(open.settings.trunks, [testTrunk]);
    assert.equal(open.settingsVersion, 1);
    assert.equal(open.state, 'running');
    assert.equal(open.isOver, false);
    await endAttempt(db, attemptId, { callStatus: 'busy' });
    assert.equal((await openDueCount(db, campaignId)).count, 3);
  });
});

describe('waking', () => {
  it('names those whom a pause held back, in the order of their next attempt, once they may go on', async () => {
    const { db } = database;
    const { campaignId, contactIds, ownerEpoch } = await dialable(db, contacts(3));
    const [first, second, third] = contactIds as [ContactId, ContactId, ContactId];
    await markFed(db, contactIds);
    await setCampaignState(db, campaignId, 'paused');
    await db.raw("update contacts set next_attempt_at = now() - interval '1 minute' where id = ?", [
      third,
    ]);
    for (const contactId of [first, third]) await claimContact(db, contactId, ownerEpoch);
    assert.deepEqual(await idsToWake(db, { campaignId, limit: 10 }), []);
    await setCampaignState(db, campaignId, 'running');
    assert.deepEqual(await idsToWake(db, { campaignId, limit: 10 }), [first, third]);
    await markToldNow(db, [first, third]);
    assert.deepEqual(await idsToWake(db, { campaignId, limit: 10 }), []);
    await age([first], ['woken_at']);
    assert.deepEqual(await idsToWake(db, { campaignId, limit: 10 }), [first], 'unheard');
    await claimed(db, first, ownerEpoch);
    assert.deepEqual(await idsToWake(db, { campaignId, limit: 10 }), []);
    assert.ok(second);
  });

  it('names a contact again at once that was told too early', async () => {
    const { db } = database;
    const { campaignId, contactId, ownerEpoch } = await dialable(db);
    await markFed(db, [contactId]);
    await setCampaignState(db, campaignId, 'paused');
    await claimContact(db, contactId, ownerEpoch);
    await setCampaignState(db, campaignId, 'running');
    await markToldNow(db, [contactId]);
    await setCampaignState(db, campaignId, 'paused');
    await claimContact(db, contactId, ownerEpoch);
    await setCampaignState(db, campaignId, 'running');
    assert.deepEqual(await idsToWake(db, { campaignId, limit: 10 }), [contactId]);
  });

  it('names a contact again at once that was refused before the feeder noted that it was told', async () => {
    const { db } = database;
    const { campaignId, contactId, ownerEpoch } = await dialable(db);
    await markFed(db, [contactId]);
    await setCampaignState(db, campaignId, 'paused');
    await claimContact(db, contactId, ownerEpoch);
    await setCampaignState(db, campaignId, 'running');
    const woken = await contactsToWake(db, { campaignId, limit: 10 });
    await setCampaignState(db, campaignId, 'paused');
    await claimContact(db, contactId, ownerEpoch);
    await markWoken(db, woken);
    await setCampaignState(db, campaignId, 'running');
    assert.equal((await openDueCount(db, campaignId)).count, 0);
    assert.deepEqual(await idsToWake(db, { campaignId, limit: 10 }), [contactId]);
  });

  it('names a contact again at once that is being refused while the feeder notes that it was told', async () => {
    const { db } = database;
    const { campaignId, contactId, ownerEpoch } = await dialable(db);
    await markFed(db, [contactId]);
    await setCampaignState(db, campaignId, 'paused');
    await claimContact(db, contactId, ownerEpoch);
    await setCampaignState(db, campaignId, 'running');
    const woken = await contactsToWake(db, { campaignId, limit: 10 });
    const marked = await db.transaction(async (trx) => {
      await trx('contacts').where({ id: contactId }).update({ woken_at: null });
      const marking = markWoken(db, woken);
      await untilSomebodyWaits(db);
      return { marking };
    });
    await marked.marking;
    assert.deepEqual(await idsToWake(db, { campaignId, limit: 10 }), [contactId]);
  });

  const byRules = ['calling_window', 'no_opening', 'number_daily_cap', 'cap', 'cool_off'] as const;
  for (const reason of byRules) {
    it(`names those that waited with ${reason} when the rules have changed, and they are due`, () =>
      isJudgedAgain(reason));
  }

  async function isJudgedAgain(reason: (typeof byRules)[number]): Promise<void> {
    const { db } = database;
    const { campaignId, name, contactId, ownerEpoch } = await dialable(db);
    await markFed(db, [contactId]);
    const { attemptId } = await claimed(db, contactId, ownerEpoch);
    const nextAttemptAt = new Date(Date.now() + 3_600_000).toISOString();
    await releaseClaim(db, attemptId, { reason, nextAttemptAt });
    assert.equal(reasonOf(await claimContact(db, contactId, ownerEpoch)), 'not_due');
    assert.equal(await changeRules(db, { campaignId, name }, { ringTimeoutMs: 20_000 }), 2);
    assert.deepEqual(await idsToWake(db, { campaignId, limit: 10 }), [contactId]);
    const claim = await claimed(db, contactId, ownerEpoch);
    assert.equal(claim.settingsVersion, 2);
    assert.equal(claim.settings.ringTimeoutMs, 20_000);
    await assert.rejects(activateSettingsVersion(db, campaignId, 3), { code: 'SETTINGS_UNKNOWN' });
  }
});

describe('a window that opens for everybody at once', () => {
  const opening = () => new Date(Date.now() + 3_600_000).toISOString();

  /** Lets the time of those who wait come, without changing their order. */
  async function letTimePass(contactIds: readonly ContactId[]) {
    await database.db.raw(
      "update contacts set next_attempt_at = next_attempt_at - interval '2 hours' where id = any(?)",
      [[...contactIds]],
    );
  }

  it('counts nobody as open whom the feeder has not woken, and wakes in order and in pages', async () => {
    const { db } = database;
    const { campaignId, contactIds, ownerEpoch } = await dialable(db, contacts(5));
    await markFed(db, contactIds);
    const nextAttemptAt = opening();
    for (const contactId of [...contactIds].reverse()) {
      const { attemptId } = await claimed(db, contactId, ownerEpoch);
      await releaseClaim(db, attemptId, { reason: 'calling_window', nextAttemptAt });
    }
    assert.deepEqual(await idsToWake(db, { campaignId, limit: 2 }), [], 'closed');
    await letTimePass(contactIds);
    assert.equal((await openDueCount(db, campaignId)).count, 0);
    const page = await idsToWake(db, { campaignId, limit: 2 });
    assert.deepEqual(page, contactIds.slice(0, 2));
    await markToldNow(db, page);
    assert.equal((await openDueCount(db, campaignId)).count, 2);
    assert.deepEqual(await idsToWake(db, { campaignId, limit: 2 }), contactIds.slice(2, 4));
    for (const contactId of page) await claimed(db, contactId, ownerEpoch);
    assert.equal((await openDueCount(db, campaignId)).count, 2, 'in their calls');
    assert.deepEqual(await dueIds({ campaignId, limit: 10, staleAfterMs: 0 }), [], 'none is lost');
  });

  it('puts those off who were never fed, in order, until it opens or other settings come', async () => {
    const { db } = database;
    const { campaignId, name, contactIds } = await dialable(db, contacts(4));
    const [first, second, third, late] = contactIds as [ContactId, ContactId, ContactId, ContactId];
    const until = opening();
    const parked = [third, first, second].map((id) => ({ id, until, rule: 'callingWindow' }));
    assert.equal(await parkContacts(db, { campaignId, settingsVersion: 1 }, parked), 3);
    assert.deepEqual(await dueIds({ campaignId, limit: 10 }), [late]);
    await markFed(db, [late]);
    await letTimePass([first, second, third]);
    assert.deepEqual(await dueIds({ campaignId, limit: 10 }), [first, second, third]);
    await markFed(db, [first]);
    assert.deepEqual(await idsToWake(db, { campaignId, limit: 10 }), [], 'it was just fed');
    assert.equal((await openDueCount(db, campaignId)).count, 2);

    assert.equal(await parkContacts(db, { campaignId, settingsVersion: 1 }, parked), 2);
    await changeRules(db, { campaignId, name });
    assert.deepEqual(await dueIds({ campaignId, limit: 10 }), [second, third]);
    assert.equal(await parkContacts(db, { campaignId, settingsVersion: 1 }, parked), 0);
    assert.deepEqual(await dueIds({ campaignId, limit: 10 }), [second, third]);
  });

  it('takes contacts in hand that no trunk took in time, and wakes them in order', async () => {
    const { db } = database;
    const { campaignId, contactIds, ownerEpoch } = await dialable(db, contacts(3));
    await markFed(db, contactIds);
    assert.equal((await openDueCount(db, campaignId)).count, 3);
    for (const contactId of [...contactIds].reverse()) {
      const next = await holdForTurn(db, contactId);
      assert.deepEqual(next, { step: 'wait', reason: 'turn', until: null, trunks: [testTrunk] });
    }
    assert.equal((await openDueCount(db, campaignId)).count, 0);
    const [first] = await idsToWake(db, { campaignId, limit: 1 });
    assert.equal(first, contactIds[0]);
    const [moved, settled] = contactIds as [ContactId, ContactId];
    const at = opening();
    await rescheduleContact(db, moved, at, because);
    assert.deepEqual(await holdForTurn(db, moved), { step: 'dial', at, trunks: [testTrunk] });
    const { attemptId } = await claimed(db, settled, ownerEpoch);
    await endAttempt(db, attemptId, { callStatus: 'answered' });
    assert.deepEqual(await holdForTurn(db, settled), { step: 'end' });
  });

  it('leaves a contact alone that was woken before its time, and names it when that comes', async () => {
    const { db } = database;
    const { campaignId, contactId, ownerEpoch } = await dialable(db);
    await markFed(db, [contactId]);
    const { attemptId } = await claimed(db, contactId, ownerEpoch);
    await releaseClaim(db, attemptId, { reason: 'cap', nextAttemptAt: opening() });
    await markToldNow(db, [contactId]);
    const refused = await claimContact(db, contactId, ownerEpoch);
    assert.equal(reasonOf(refused), 'not_due');
    assert.equal(refused.kind === 'refused' && refused.waitingFor, 'cap');
    await age([contactId], ['woken_at']);
    await letTimePass([contactId]);
    await db.raw("update contacts set woken_at = woken_at - interval '2 hours'");
    assert.deepEqual(await idsToWake(db, { campaignId, limit: 10 }), [contactId]);
  });
});

describe('cancelling a campaign', () => {
  it('settles all who wait, tells each workflow, and leaves a live call to its outcome', async () => {
    const { db } = database;
    const { campaignId, contactIds, ownerEpoch } = await dialable(db, contacts(6));
    const [never, redialled, calling, done] = contactIds as [
      ContactId,
      ContactId,
      ContactId,
      ContactId,
    ];
    const fed = [never, redialled, calling, done];
    await markFed(db, fed);
    const first = await claimed(db, redialled, ownerEpoch);
    const decision = redial(first, 'busy');
    await endAttempt(db, first.attemptId, { callStatus: 'busy', dialStatus: 'BUSY', decision });
    const last = await claimed(db, done, ownerEpoch);
    await endAttempt(db, last.attemptId, { callStatus: 'answered' });
    const live = await claimed(db, calling, ownerEpoch);

    await setCampaignState(db, campaignId, 'cancelled');
    const told = await idsToTell(db, { campaignId, limit: 1 });
    await markToldNow(db, told);
    const rest = await idsToTell(db, { campaignId, limit: 10 });
    await markToldNow(db, rest);
    assert.deepEqual([...told, ...rest].sort(), [never, redialled].sort());
    assert.deepEqual(await idsToTell(db, { campaignId, limit: 10 }), []);
    assert.deepEqual(await readNextStep(db, never), { step: 'end' });
    await age(contactIds, ['woken_at']);
    assert.deepEqual(await idsToTell(db, { campaignId, limit: 10 }), [redialled], 'unheard');

    const statuses = await statusesOf(contactIds);
    assert.deepEqual(statuses, ['cancelled', 'busy', null, 'answered', 'cancelled', 'cancelled']);
    await endAttempt(db, live.attemptId, {
      callStatus: 'no_answer',
      decision: redial(live, 'no_answer'),
    });
    const progress = await campaignProgress(db, campaignId);
    assert.deepEqual(progress, {
      campaignId,
      state: 'cancelled',
      total: 6,
      connected: 1,
      unanswered: 2,
      failed: 3,
      pending: 0,
    });
    assert.equal(await setCampaignState(db, campaignId, 'running'), 'cancelled');
  });

  it('goes through more contacts than a page holds', async () => {
    const { db } = database;
    const { campaignId } = await dialable(db, contacts(1_200));
    await setCampaignState(db, campaignId, 'cancelled');
    assert.deepEqual(await idsToTell(db, { campaignId, limit: 10 }), []);
    assert.equal((await campaignProgress(db, campaignId)).pending, 0);
  });
});

describe('a campaign ends', () => {
  it('when its last contact is settled, and an import makes it startable', async () => {
    const { db } = database;
    const { campaignId, contactIds, ownerEpoch } = await dialable(db, contacts(2));
    for (const contactId of contactIds) {
      assert.equal(await finishIfSettled(db, campaignId), false);
      const { attemptId } = await claimed(db, contactId, ownerEpoch);
      await endAttempt(db, attemptId, { callStatus: 'answered' });
    }
    assert.equal(await finishIfSettled(db, campaignId), true);
    assert.equal(await finishIfSettled(db, campaignId), false);
    assert.equal(await setCampaignState(db, campaignId, 'running'), 'finished');
    await insertTestContacts(db, campaignId, contacts(1));
    assert.equal((await campaignProgress(db, campaignId)).state, 'draft');
    assert.equal(await setCampaignState(db, campaignId, 'running'), 'running');
  });

  it('not while it is empty, nor while another campaign may still send it contacts', async () => {
    const { db } = database;
    const target = await insertCampaign(db);
    assert.equal(await finishIfSettled(db, target.campaignId), false, 'empty');
    const [contactId] = await insertTestContacts(db, target.campaignId, contacts(1));
    const when = { callStatus: 'no_answer', attempts: 4 } as const;
    const source = await dialable(db, contacts(1), {
      retarget: [{ when, to: { kind: 'campaign', campaign: target.name } }],
    });
    assert.ok(contactId !== undefined);
    const { attemptId } = await claimed(db, contactId, source.ownerEpoch);
    await endAttempt(db, attemptId, { callStatus: 'answered' });
    assert.equal(await finishIfSettled(db, target.campaignId), false, 'may get more');
    const last = await claimed(db, source.contactId, source.ownerEpoch);
    await endAttempt(db, last.attemptId, { callStatus: 'answered' });
    assert.equal(await finishIfSettled(db, target.campaignId), true);
  });

  it('never with a contact that an import brings at the same moment', async () => {
    const { db } = database;
    for (let round = 0; round < 15; round += 1) {
      const { campaignId, contactId, ownerEpoch } = await dialable(db);
      const { attemptId } = await claimed(db, contactId, ownerEpoch);
      await endAttempt(db, attemptId, { callStatus: 'answered' });
      await Promise.all([
        finishIfSettled(db, campaignId),
        insertTestContacts(db, campaignId, contacts(3)),
      ]);
      const { state, pending } = await campaignProgress(db, campaignId);
      assert.equal(pending, 3);
      assert.notEqual(state, 'finished');
    }
  });
});

async function statusesOf(contactIds: readonly ContactId[]): Promise<(string | null)[]> {
  const rows = await database
    .db<{ id: ContactId; call_status: string | null }>('contacts')
    .whereIn('id', contactIds)
    .select('id', 'call_status');
  const byId = new Map(rows.map((row) => [row.id, row.call_status]));
  return contactIds.map((id) => byId.get(id) ?? null);
}
