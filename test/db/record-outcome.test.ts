import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { attemptForDecision } from '../../db/attempt-for-decision.ts';
import { activateSettingsVersion, storeSettingsVersion } from '../../db/campaign-settings.ts';
import { callContactNow } from '../../db/call-contact-now.ts';
import { cancelContact } from '../../db/cancel-contact.ts';
import { findAttempt } from '../../db/find-attempt.ts';
import { insertVoidAttempt } from '../../db/insert-void-attempt.ts';
import { listNumbers } from '../../db/numbers-list.ts';
import { reassignContact } from '../../db/reassign-contact.ts';
import { recordOutcome } from '../../db/record-outcome.ts';
import { releaseClaim } from '../../db/release-claim.ts';
import { rescheduleContact } from '../../db/reschedule-contact.ts';
import { setCampaignState } from '../../db/set-campaign-state.ts';
import { settleContacts } from '../../db/settle-contacts.ts';
import { settleUndialled } from '../../db/settle-undialled.ts';
import { showContact } from '../../db/show-contact.ts';
import type { ContactId, NumberId } from '../../domain/ids.ts';
import { claimContact, claimed, endAttempt, reasonOf, redial } from '../support/attempt-fixture.ts';
import {
  contactToInsert,
  dialable,
  insertCampaign,
  insertTestContacts,
  newAttemptId,
  testTrunk,
} from '../support/campaign-fixture.ts';
import { untilSomebodyWaits } from '../support/until-somebody-waits.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database.drop());

async function contactRow(contactId: ContactId) {
  const row = await database
    .db('contacts')
    .where({ id: contactId })
    .first<Record<string, unknown>>();
  assert.ok(row !== undefined);
  return row;
}

const someReason = { reasonCode: 'other' };
const inAnHour = () => new Date(Date.now() + 3_600_000);

describe('recording an outcome', () => {
  it('stores what the PBX said, what was read from it, and what was decided', async () => {
    const { db } = database;
    const { campaignId, contactId, ownerEpoch } = await dialable(db);
    const { attemptId, claimedAt, numberId } = await claimed(db, contactId, ownerEpoch);
    const evidence = [
      { kind: 'response', at: '2026-01-01T10:00:05.000Z', response: 'Failure', reason: 5 } as const,
    ];
    const decision = { next: 'end', callStatus: 'busy', dialStatus: 'BUSY', rule: 'last' } as const;
    const result = await recordOutcome(db, {
      attemptId,
      state: 'ended',
      classification: {
        dialStatus: 'BUSY',
        callStatus: 'busy',
        rule: 'sip-486',
        confidence: 'certain',
        hungUpBy: null,
        ringMs: 1_200,
        talkMs: null,
        transferredTo: null,
        response: 'Failure',
        reason: 5,
        cause: 17,
        causeText: 'User busy',
        techCause: 'SIP 486',
        answeredAt: null,
        endedAt: '2026-01-01T10:00:06.000Z',
      },
      evidence,
      decision,
      now: '2026-01-01T10:00:07.000Z',
    });
    assert.deepEqual(result, { recorded: true, next: { step: 'end' }, settingsVersion: 1 });
    const attempt = await findAttempt(db, attemptId);
    assert.ok(attempt !== null && attempt.recordedAt !== null);
    assert.deepEqual(attempt, {
      id: attemptId,
      contactId,
      campaignId,
      numberId,
      recordedAt: attempt.recordedAt,
      trunk: testTrunk,
      attemptNo: 1,
      settingsVersion: 1,
      state: 'ended',
      claimedAt,
      startedAt: claimedAt,
      answeredAt: null,
      endedAt: '2026-01-01T10:00:06.000Z',
      response: 'Failure',
      reason: 5,
      cause: 17,
      causeText: 'User busy',
      techCause: 'SIP 486',
      dialStatus: 'BUSY',
      callStatus: 'busy',
      rule: 'sip-486',
      evidence,
      decision,
    });
    const contact = await showContact(db, contactId);
    assert.equal(contact?.callStatus, 'busy');
    assert.equal(contact?.dialStatus, 'BUSY');
  });

  it('keeps the first of two outcomes, whichever comes first', async () => {
    const { db } = database;
    const { contactIds, ownerEpoch } = await dialable(
      db,
      Array.from({ length: 10 }, () => contactToInsert()),
    );
    for (const contactId of contactIds) {
      const { attemptId } = await claimed(db, contactId, ownerEpoch);
      const results = await Promise.all([
        endAttempt(db, attemptId, { callStatus: 'busy', dialStatus: 'BUSY' }),
        endAttempt(db, attemptId, { callStatus: 'unconfirmed' }),
        endAttempt(db, attemptId, { callStatus: 'answered', dialStatus: 'ANSWER' }),
      ]);
      assert.equal(results.filter(({ recorded }) => recorded).length, 1);
      for (const { next } of results) assert.deepEqual(next, { step: 'end' });
      const contact = await contactRow(contactId);
      const attempt = await findAttempt(db, attemptId);
      assert.equal(contact['call_status'], attempt?.callStatus);
      assert.deepEqual(contact['attempts_by_status'], { [attempt?.callStatus ?? '']: 1 });
    }
  });

  it('tells a late writer what was decided before', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await dialable(db);
    const claim = await claimed(db, contactId, ownerEpoch);
    const at = inAnHour();
    const decision = redial(claim, 'busy', at);
    const first = await endAttempt(db, claim.attemptId, { callStatus: 'busy', decision });
    const next = { step: 'dial', at: at.toISOString(), trunks: [testTrunk] };
    assert.deepEqual(first, { recorded: true, next, settingsVersion: 1 });
    const late = await endAttempt(db, claim.attemptId, { callStatus: 'answered' });
    assert.deepEqual(late, { recorded: false, next, settingsVersion: 1 });
  });

  it('counts a redial against the rule that granted it and shows the latest result meanwhile', async () => {
    const { db } = database;
    const { campaignId, contactId, ownerEpoch } = await dialable(db);
    const claim = await claimed(db, contactId, ownerEpoch);
    const at = inAnHour();
    await endAttempt(db, claim.attemptId, {
      callStatus: 'busy',
      dialStatus: 'BUSY',
      decision: redial(claim, 'busy', at),
    });
    const contact = await contactRow(contactId);
    assert.equal(contact['state'], 'waiting');
    assert.deepEqual(contact['redials_granted'], { busy: 1 });
    assert.deepEqual(contact['attempts_by_status'], { busy: 1 });
    const [number] = await collect(listNumbers(db, campaignId));
    assert.equal(number?.callStatus, 'busy');
    assert.equal(number?.dialStatus, 'BUSY');
    assert.equal(number?.nextAttemptAt, at.toISOString());
    assert.equal(number?.waitingFor, 'redial');
    await db('contacts').where({ id: contactId }).update({ next_attempt_at: null });
    const again = await claimed(db, contactId, ownerEpoch);
    assert.equal(again.numbers[0]?.callStatus, null, 'the number is not done with');
    assert.deepEqual(again.attemptsByStatus, { busy: 1 });
    assert.deepEqual(again.redialsGranted, { busy: 1 });
    assert.equal(again.attemptNo, 2);
  });

  it('moves on to the next number and is then done with the first', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await dialable(db, [
      contactToInsert(['+525511140001', '+525511140002']),
    ]);
    const claim = await claimed(db, contactId, ownerEpoch);
    const second = claim.numbers[1]?.id;
    assert.ok(second !== undefined);
    await endAttempt(db, claim.attemptId, {
      callStatus: 'out_of_service',
      dialStatus: 'FAILURE',
      decision: {
        next: 'dial',
        numberId: second,
        at: new Date().toISOString(),
        becauseOf: null,
        rule: 'next-number',
      },
    });
    const next = await claimed(db, contactId, ownerEpoch);
    assert.equal(next.number, '+525511140002');
    assert.equal(next.numbers[0]?.callStatus, 'out_of_service');
    assert.equal(next.numbers[0]?.dialStatus, 'FAILURE');
    assert.equal(next.numbers[0]?.dialable, false);
    assert.deepEqual(next.redialsGranted, {});
  });

  it('puts every counter back when the call is proven never placed, and the contact is due', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await dialable(db);
    const { attemptId } = await claimed(db, contactId, ownerEpoch);
    const result = await recordOutcome(db, {
      attemptId,
      state: 'not_placed',
      evidence: [],
      now: new Date().toISOString(),
    });
    assert.deepEqual(result.next, { step: 'dial', at: null, trunks: [testTrunk] });
    const contact = await contactRow(contactId);
    assert.equal(contact['attempts_made'], 0);
    assert.deepEqual(contact['attempts_by_status'], {});
    const attempt = await findAttempt(db, attemptId);
    assert.equal(attempt?.state, 'not_placed');
    assert.equal(attempt?.startedAt, null);
    assert.equal((await claimed(db, contactId, ownerEpoch)).attemptNo, 1);
  });

  it('ends the contact when its campaign was cancelled during the call', async () => {
    const { db } = database;
    const { campaignId, contactId, ownerEpoch } = await dialable(db);
    const claim = await claimed(db, contactId, ownerEpoch);
    await setCampaignState(db, campaignId, 'cancelled');
    const result = await endAttempt(db, claim.attemptId, {
      callStatus: 'no_answer',
      dialStatus: 'NO_ANSWER',
      decision: redial(claim, 'no_answer', inAnHour()),
    });
    assert.deepEqual(result.next, { step: 'end' });
    const contact = await contactRow(contactId);
    assert.equal(contact['call_status'], 'no_answer');
    assert.equal(contact['next_attempt_at'], null);
  });

  it('of an attempt that does not exist, or only bars its id, is an error', async () => {
    const { db } = database;
    const { contactId } = await dialable(db);
    const attemptId = newAttemptId();
    await assert.rejects(endAttempt(db, attemptId, { callStatus: 'busy' }), {
      code: 'UNKNOWN_ATTEMPT',
    });
    await insertVoidAttempt(db, { attemptId, contactId, trunk: testTrunk });
    await assert.rejects(endAttempt(db, attemptId, { callStatus: 'busy' }), {
      code: 'UNKNOWN_ATTEMPT',
    });
  });

  it('that had to wait for its contact tells of rules that were changed meanwhile', async () => {
    const { db } = database;
    const { campaignId, contactId, ownerEpoch } = await dialable(db);
    const { attemptId, settings } = await claimed(db, contactId, ownerEpoch);
    const version = await storeSettingsVersion(db, campaignId, { settings, source: '' });
    const { recording } = await db.transaction(async (trx) => {
      await trx.raw('select from contacts where id = ? for update', [contactId]);
      const waiting = endAttempt(db, attemptId, { callStatus: 'busy' });
      await untilSomebodyWaits(db);
      await activateSettingsVersion(db, campaignId, version);
      return { recording: waiting };
    });
    assert.equal((await recording).settingsVersion, version);
  });

  it('can never be rewritten, nor can a barred id', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await dialable(db);
    const { attemptId } = await claimed(db, contactId, ownerEpoch);
    await endAttempt(db, attemptId, { callStatus: 'busy' });
    const barred = newAttemptId();
    await insertVoidAttempt(db, { attemptId: barred, contactId, trunk: testTrunk });
    for (const change of [{ evidence: '[]' }, { call_status: 'answered' }, { state: 'sending' }]) {
      for (const id of [attemptId, barred]) {
        const changed = db('attempts').where({ id }).update(change);
        if ('evidence' in change && id === attemptId) continue;
        await assert.rejects(changed, /cannot be changed/);
      }
    }
  });
});

describe('a retarget', () => {
  it('to an agent keeps the contact pending until a person asks for the call', async () => {
    const { db } = database;
    const { campaignId, contactId, ownerEpoch } = await dialable(db);
    const claim = await claimed(db, contactId, ownerEpoch);
    const { next } = await endAttempt(db, claim.attemptId, {
      callStatus: 'voicemail',
      decision: { next: 'retarget', to: { kind: 'agent', agent: 'ana' }, rule: 'test' },
    });
    assert.deepEqual(next, { step: 'wait', reason: 'agent', until: null, trunks: [testTrunk] });
    const [number] = await collect(listNumbers(db, campaignId));
    assert.equal(number?.waitingFor, 'agent');
    assert.equal(number?.assignedTo, 'agent:ana');
    assert.equal(number?.callStatus, 'voicemail');
  });

  it('to a campaign settles the contact and makes a new one with its lineage and budgets', async () => {
    const { db } = database;
    const target = await insertCampaign(db);
    const { name, contactId, ownerEpoch } = await dialable(db, [
      contactToInsert(['+525511150001', '+525511150002'], {
        externalId: 'crm-1',
        name: 'A person',
        attributes: { plan: 'gold' },
        timeZone: 'America/Bogota',
      }),
    ]);
    const claim = await claimed(db, contactId, ownerEpoch);
    const { next } = await endAttempt(db, claim.attemptId, {
      callStatus: 'no_answer',
      dialStatus: 'NO_ANSWER',
      decision: {
        next: 'retarget',
        to: { kind: 'campaign', campaign: target.name },
        rule: 'test',
      },
    });
    assert.deepEqual(next, { step: 'end' });
    const old = await showContact(db, contactId);
    assert.equal(old?.callStatus, 'no_answer');
    assert.equal(old?.dialStatus, 'NO_ANSWER');
    assert.equal(old?.assignedTo, `campaign:${target.name}`);
    assert.equal(old?.lineage.length, 2);
    const newId = old?.lineage[1]?.contactId;
    assert.ok(newId !== undefined);
    const made = await showContact(db, newId);
    assert.equal(made?.campaign, target.name);
    assert.equal(made?.externalId, 'crm-1');
    assert.equal(made?.timeZone, 'America/Bogota');
    assert.deepEqual(made?.attributes, { plan: 'gold' });
    assert.equal(made?.callStatus, null);
    assert.deepEqual(
      made?.numbers.map(({ number, callStatus, attempts }) => ({ number, callStatus, attempts })),
      [
        { number: '+525511150001', callStatus: null, attempts: 0 },
        { number: '+525511150002', callStatus: null, attempts: 0 },
      ],
    );
    const again = await claimed(db, newId, ownerEpoch);
    assert.equal(again.attemptNo, 1);
    assert.equal(again.attempts, 2);
    assert.deepEqual(again.attemptsByStatus, { no_answer: 1 });
    assert.deepEqual(again.retargetedCampaigns, [name, target.name].sort());
    const number = await db('numbers')
      .where({ id: again.numberId })
      .first<{ day_attempts: number }>();
    assert.equal(number.day_attempts, 2, 'the day’s limit goes along');
  });

  it('after a delay is not dialled by the target before', async () => {
    const { db } = database;
    const target = await insertCampaign(db);
    const { contactId, ownerEpoch } = await dialable(db);
    const claim = await claimed(db, contactId, ownerEpoch);
    const at = inAnHour().toISOString();
    await endAttempt(db, claim.attemptId, {
      callStatus: 'no_answer',
      decision: {
        next: 'retarget',
        to: { kind: 'campaign', campaign: target.name },
        at,
        rule: 'test',
      },
    });
    const [made] = await collect(listNumbers(db, target.campaignId));
    assert.equal(made?.nextAttemptAt, at);
    const result = await claimContact(db, made.contactId, ownerEpoch);
    assert.equal(reasonOf(result), 'not_due');
  });

  it('to an agent after a delay says from when on, and waits for a person all the same', async () => {
    const { db } = database;
    const { campaignId, contactId, ownerEpoch } = await dialable(db);
    const claim = await claimed(db, contactId, ownerEpoch);
    const at = inAnHour().toISOString();
    const { next } = await endAttempt(db, claim.attemptId, {
      callStatus: 'no_answer',
      decision: { next: 'retarget', to: { kind: 'agent', agent: 'ana' }, at, rule: 'test' },
    });
    assert.deepEqual(next, { step: 'wait', reason: 'agent', until: null, trunks: [testTrunk] });
    const [number] = await collect(listNumbers(db, campaignId));
    assert.equal(number?.nextAttemptAt, at);
    assert.equal(number.waitingFor, 'agent');
  });

  for (const target of ['missing', 'cancelled'] as const) {
    it(`to a ${target} campaign leaves the contact pending in a state of its own`, async () => {
      const { db } = database;
      const { campaignId, name } = await insertCampaign(db);
      if (target === 'cancelled') await setCampaignState(db, campaignId, 'cancelled');
      const campaign = target === 'missing' ? 'nowhere' : name;
      const { contactId, ownerEpoch, campaignId: own } = await dialable(db);
      const claim = await claimed(db, contactId, ownerEpoch);
      const { next } = await endAttempt(db, claim.attemptId, {
        callStatus: 'no_answer',
        decision: { next: 'retarget', to: { kind: 'campaign', campaign }, rule: 'test' },
      });
      const trunks = [testTrunk];
      assert.deepEqual(next, { step: 'wait', reason: 'retarget_target', until: null, trunks });
      const [number] = await collect(listNumbers(db, own));
      assert.equal(number?.waitingFor, 'retarget_target');
      assert.equal(number?.callStatus, 'no_answer');
      assert.equal((await contactRow(contactId))['state'], 'waiting');
    });
  }

  it('to a campaign where the person waits already enters nobody twice', async () => {
    const { db } = database;
    const target = await insertCampaign(db);
    await insertTestContacts(db, target.campaignId, [contactToInsert(['+525511160001'])]);
    const { contactId, ownerEpoch } = await dialable(db, [contactToInsert(['+525511160001'])]);
    const claim = await claimed(db, contactId, ownerEpoch);
    const { next } = await endAttempt(db, claim.attemptId, {
      callStatus: 'no_answer',
      decision: {
        next: 'retarget',
        to: { kind: 'campaign', campaign: target.name },
        rule: 'test',
      },
    });
    assert.deepEqual(next, { step: 'end' });
    const [count] = await db('contacts').where({ campaign_id: target.campaignId }).count();
    assert.equal(Number(count?.['count']), 1);
    const old = await contactRow(contactId);
    assert.equal(old['call_status'], 'no_answer');
    assert.equal(old['assigned_to'], `campaign:${target.name}`);
  });

  it('to a finished campaign makes that one startable', async () => {
    const { db } = database;
    const target = await insertCampaign(db);
    await db('campaigns').where({ id: target.campaignId }).update({ state: 'finished' });
    const { contactId, ownerEpoch } = await dialable(db);
    const claim = await claimed(db, contactId, ownerEpoch);
    await endAttempt(db, claim.attemptId, {
      callStatus: 'no_answer',
      decision: {
        next: 'retarget',
        to: { kind: 'campaign', campaign: target.name },
        rule: 'test',
      },
    });
    assert.equal(await setCampaignState(db, target.campaignId, 'running'), 'running');
  });
});

describe('a claim that is released', () => {
  it('leaves why and until when the contact waits, and frees the id', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await dialable(db);
    const { attemptId } = await claimed(db, contactId, ownerEpoch);
    const nextAttemptAt = inAnHour().toISOString();
    await releaseClaim(db, attemptId, { reason: 'calling_window', rule: 'us-tsr', nextAttemptAt });
    assert.equal(await findAttempt(db, attemptId), null);
    const contact = await showContact(db, contactId);
    assert.equal(contact?.waitingFor, 'calling_window');
    assert.equal(contact?.waitingRule, 'us-tsr');
    assert.equal(contact?.nextAttemptAt, nextAttemptAt);
  });

  const movedOn: Record<string, (contactId: ContactId, ownerEpoch: number) => Promise<unknown>> = {
    'claimed again': (contactId, ownerEpoch) => claimed(database.db, contactId, ownerEpoch),
    'moved to a time': (contactId) =>
      rescheduleContact(database.db, contactId, inAnHour().toISOString(), someReason),
    'to be called now': (contactId) => callContactNow(database.db, contactId, someReason),
    'given to an agent': (contactId) =>
      reassignContact(database.db, contactId, { agent: 'ana' }, someReason),
    'ended by a person': (contactId) => cancelContact(database.db, contactId, someReason),
  };
  for (const [what, moveOn] of Object.entries(movedOn)) {
    it(`forgets the rule it waited for once it is ${what}`, async () => {
      const { db } = database;
      const { campaignId, contactId, ownerEpoch } = await dialable(db);
      await setCampaignState(db, campaignId, 'running');
      const { attemptId } = await claimed(db, contactId, ownerEpoch);
      const wait = { reason: 'calling_window', rule: 'us-tsr', nextAttemptAt: null } as const;
      await releaseClaim(db, attemptId, wait);
      await moveOn(contactId, ownerEpoch);
      const row = await db('contacts')
        .where({ id: contactId })
        .first<{ waiting_for: string | null; waiting_rule: string | null }>();
      assert.notEqual(row.waiting_for, 'calling_window');
      assert.equal(row.waiting_rule, null);
    });
  }

  it('leaves the number’s earlier day as it was, and so does a call that was never placed', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await dialable(db);
    const dayOf = () =>
      db('numbers')
        .where({ contact_id: contactId })
        .first<object>(db.raw('day::text, day_attempts, last_attempt_at::text, attempts_made'));
    await db.raw(
      `update numbers set day = '2026-01-01', day_attempts = 3, attempts_made = 3,
         last_attempt_at = '2026-01-01 10:00:00.123456+00'
       where contact_id = ?`,
      [contactId],
    );
    const before = await dayOf();
    const first = await claimed(db, contactId, ownerEpoch);
    assert.notDeepEqual(await dayOf(), before);
    await releaseClaim(db, first.attemptId, { reason: 'claim_expired', nextAttemptAt: null });
    assert.deepEqual(await dayOf(), before);
    const { attemptId } = await claimed(db, contactId, ownerEpoch);
    const now = new Date().toISOString();
    await recordOutcome(db, { attemptId, state: 'not_placed', evidence: [], now });
    assert.deepEqual(await dayOf(), before);
  });

  it('under rules that were changed meanwhile waits to be judged by the new ones', async () => {
    const { db } = database;
    const { campaignId, contactId, ownerEpoch } = await dialable(db);
    const { attemptId, settings } = await claimed(db, contactId, ownerEpoch);
    const version = await storeSettingsVersion(db, campaignId, { settings, source: '' });
    await activateSettingsVersion(db, campaignId, version);
    const rule = 'callingWindow';
    await releaseClaim(db, attemptId, { reason: 'no_opening', rule, nextAttemptAt: null });
    const { waiting_for, waiting_rule, next_attempt_at } = await contactRow(contactId);
    assert.deepEqual([waiting_for, waiting_rule], ['rules_changed', null]);
    assert.ok(next_attempt_at !== null);
  });

  it('cannot be released after its outcome', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await dialable(db);
    const { attemptId } = await claimed(db, contactId, ownerEpoch);
    await endAttempt(db, attemptId, { callStatus: 'busy' });
    await releaseClaim(db, attemptId, { reason: 'claim_expired', nextAttemptAt: null });
    assert.equal((await findAttempt(db, attemptId))?.state, 'ended');
    assert.equal((await contactRow(contactId))['attempts_made'], 1);
  });

  it('ends in one way only when outcome and release come together', async () => {
    const { db } = database;
    const { contactIds, ownerEpoch } = await dialable(
      db,
      Array.from({ length: 20 }, () => contactToInsert()),
    );
    for (const contactId of contactIds) {
      const claim = await claimed(db, contactId, ownerEpoch);
      const [outcome] = await Promise.allSettled([
        endAttempt(db, claim.attemptId, { callStatus: 'busy' }),
        releaseClaim(db, claim.attemptId, { reason: 'claim_expired', nextAttemptAt: null }),
      ]);
      const isRecorded = outcome.status === 'fulfilled' && outcome.value.recorded;
      const contact = await contactRow(contactId);
      assert.equal(contact['attempts_made'], isRecorded ? 1 : 0);
      assert.equal(contact['state'], isRecorded ? 'settled' : 'waiting');
      assert.equal((await findAttempt(db, claim.attemptId)) !== null, isRecorded);
    }
  });
});

describe('the data for a decision', () => {
  it('are what the claim returned', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await dialable(db, [
      contactToInsert(['+525511170001', '+525511170002']),
    ]);
    const first = await claimed(db, contactId, ownerEpoch);
    const decision = redial(first, 'busy');
    await endAttempt(db, first.attemptId, { callStatus: 'busy', decision });
    const claim = await claimed(db, contactId, ownerEpoch);
    assert.deepEqual(await attemptForDecision(db, claim.attemptId), claim);
    await endAttempt(db, claim.attemptId, { callStatus: 'busy' });
    assert.equal(await attemptForDecision(db, claim.attemptId), null);
  });

  it('are by the settings of the claim, whatever was changed during the call', async () => {
    const { db } = database;
    const { campaignId, contactId, ownerEpoch } = await dialable(db);
    const claim = await claimed(db, contactId, ownerEpoch);
    const settings = { ...claim.settings, ringTimeoutMs: 99_000 };
    const version = await storeSettingsVersion(db, campaignId, { settings, source: '' });
    await activateSettingsVersion(db, campaignId, version);
    assert.deepEqual(await attemptForDecision(db, claim.attemptId), claim);
  });
});

describe('what a claim refused for good', () => {
  it('ends the suppressed number and goes on with the next one', async () => {
    const { db } = database;
    const { contactId } = await dialable(db, [contactToInsert(['+525511180001', '+525511180002'])]);
    const refused = { callStatus: 'restricted', scope: 'number' } as const;
    const next = await settleUndialled(db, contactId, refused);
    assert.deepEqual(next, { step: 'dial', at: null, trunks: [testTrunk] });
    const contact = await showContact(db, contactId);
    assert.deepEqual(
      contact?.numbers.map(({ callStatus, waitingFor }) => [callStatus, waitingFor]),
      [
        ['restricted', null],
        [null, 'turn'],
      ],
    );
    assert.deepEqual(await settleUndialled(db, contactId, refused), { step: 'end' });
    assert.equal((await showContact(db, contactId))?.callStatus, 'restricted');
  });

  it('ends no other number than the one that was refused', async () => {
    const { db } = database;
    const { contactId } = await dialable(db, [contactToInsert(['+525511185001', '+525511185002'])]);
    const numbers = await db('numbers').where({ contact_id: contactId }).orderBy('position');
    const [first, second] = numbers.map(({ id }: { id: NumberId }) => id);
    assert.ok(first !== undefined && second !== undefined);
    const refused = { callStatus: 'restricted', scope: 'number', numberId: second } as const;
    const next = await settleUndialled(db, contactId, refused);
    assert.deepEqual(next, { step: 'dial', at: null, trunks: [testTrunk] });
    const contact = await showContact(db, contactId);
    assert.deepEqual(
      contact?.numbers.map(({ callStatus }) => callStatus),
      [null, null],
    );
  });

  it('leaves a contact that was dialled its best result', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await dialable(db, [
      contactToInsert(['+525511190001', '+525511190002']),
    ]);
    const claim = await claimed(db, contactId, ownerEpoch);
    const decision = {
      ...redial(claim, 'busy'),
      numberId: claim.numbers[1]?.id ?? claim.numberId,
    };
    await endAttempt(db, claim.attemptId, { callStatus: 'busy', dialStatus: 'BUSY', decision });
    const refused = { callStatus: 'restricted', scope: 'number' } as const;
    assert.deepEqual(await settleUndialled(db, contactId, refused), { step: 'end' });
    const contact = await showContact(db, contactId);
    assert.equal(contact?.callStatus, 'busy');
    assert.equal(contact?.dialStatus, 'BUSY');
    assert.deepEqual(
      contact?.numbers.map(({ callStatus }) => callStatus),
      ['busy', 'restricted'],
    );
  });

  it('leaves a number that was dialled, and waited for a redial, its result', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await dialable(db);
    const claim = await claimed(db, contactId, ownerEpoch);
    const decision = redial(claim, 'busy');
    await endAttempt(db, claim.attemptId, { callStatus: 'busy', dialStatus: 'BUSY', decision });
    await settleUndialled(db, contactId, { callStatus: 'restricted', scope: 'number' });
    const contact = await showContact(db, contactId);
    assert.equal(contact?.callStatus, 'busy');
    assert.equal(contact?.numbers[0]?.callStatus, 'busy');
  });

  it('is never settled together with a live attempt', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await dialable(db);
    await claimed(db, contactId, ownerEpoch);
    assert.deepEqual(await settleContacts(db, [contactId], { ifNeverDialled: 'cancelled' }), []);
    assert.equal((await contactRow(contactId))['state'], 'waiting');
  });

  it('waits for an attempt that is live', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await dialable(db);
    const { attemptId } = await claimed(db, contactId, ownerEpoch);
    const next = await settleUndialled(db, contactId, {
      callStatus: 'cancelled',
      scope: 'contact',
    });
    assert.deepEqual(next, { step: 'reconcile', attemptId, trunk: testTrunk });
  });
});

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
