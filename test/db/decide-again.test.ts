import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { contactText } from '../../cli/contact-text.ts';
import { callContactNow } from '../../db/call-contact-now.ts';
import { decisionInput } from '../../db/decision-input.ts';
import { dueContacts, markFed, openDueCount } from '../../db/feed.ts';
import { findAttempt } from '../../db/find-attempt.ts';
import { readNextStep } from '../../db/read-next-step.ts';
import { reassignContact } from '../../db/reassign-contact.ts';
import { releaseClaim } from '../../db/release-claim.ts';
import { rescheduleContact } from '../../db/reschedule-contact.ts';
import { setCampaignState } from '../../db/set-campaign-state.ts';
import { showContact } from '../../db/show-contact.ts';
import type { CampaignSettings, RecycleRule } from '../../domain/campaign-settings.ts';
import { decideNext } from '../../domain/decide-next.ts';
import type { AttemptId, ContactId } from '../../domain/ids.ts';
import { claimContact, claimed, endAttempt, reasonOf } from '../support/attempt-fixture.ts';
import {
  changeRules,
  contactToInsert,
  dialable,
  insertCampaign,
  testTrunk,
} from '../support/campaign-fixture.ts';
import { idsToTell, idsToWake } from '../support/feed-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const because = { reasonCode: 'other' };
const trunks = [testTrunk];
const foundBusy = { callStatus: 'busy', dialStatus: 'BUSY' } as const;

function busy(afterMs: number, rest: Partial<RecycleRule> = {}): Partial<CampaignSettings> {
  return { recycle: { busy: { afterMs, max: 3, backoff: 1, ...rest } } };
}

describe('changed rules', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createTestDatabase();
  });
  after(() => database.drop());

  /** Contacts that were dialled once, found busy, and wait as the campaign's rules decided. */
  async function waiting(settings: Partial<CampaignSettings>, numbers?: readonly string[]) {
    const scene = await dialable(database.db, [contactToInsert(numbers)], settings);
    await markFed(database.db, [scene.contactId]);
    const attemptId = await dial(scene.contactId, scene.ownerEpoch);
    return { ...scene, attemptId };
  }

  async function dial(contactId: ContactId, ownerEpoch: number): Promise<AttemptId> {
    const { db } = database;
    const claim = await claimed(db, contactId, ownerEpoch);
    const now = new Date();
    const result = { now, ...foundBusy, rule: 'test', wasTaken: false };
    const decision = decideNext(decisionInput(claim, result));
    await endAttempt(db, claim.attemptId, { ...foundBusy, decision, now: now.toISOString() });
    return claim.attemptId;
  }

  async function rowOf(contactId: ContactId) {
    const row = await database
      .db<ContactRow>('contacts')
      .where({ id: contactId })
      .first(
        ...(['state', 'call_status', 'waiting_for', 'next_attempt_at', 'next_number_id'] as const),
        ...(['redials_granted', 'assigned_to', 'redecision'] as const),
      );
    assert.ok(row !== undefined);
    return row;
  }

  async function recordedAt(attemptId: AttemptId): Promise<number> {
    const attempt = await findAttempt(database.db, attemptId);
    return Date.parse(attempt?.recordedAt ?? assert.fail('not recorded'));
  }

  it('bring a redial forward, counted from its attempt, and its workflow is told once', async () => {
    const { db } = database;
    const scene = await waiting(busy(3 * hourMs));
    const { campaignId, contactId, attemptId } = scene;
    const before = await findAttempt(db, attemptId);
    await changeRules(db, scene, busy(30 * minuteMs));

    const { next_attempt_at: at, redials_granted, redecision } = await rowOf(contactId);
    assert.equal(at?.getTime(), (await recordedAt(attemptId)) + 30 * minuteMs);
    assert.deepEqual(redials_granted, { busy: 1 });
    assert.deepEqual(
      [redecision?.attemptId, redecision?.settingsVersion, redecision?.decision.rule],
      [attemptId, 2, 'recycle-busy'],
    );
    assert.deepEqual(await findAttempt(db, attemptId), before, 'the attempt is evidence');

    assert.deepEqual(await idsToTell(db, { campaignId, limit: 9 }), [contactId]);
    assert.deepEqual(await idsToWake(db, { campaignId, limit: 9 }), [], 'it is not due yet');
    const redecided = { rule: 'recycle-busy', settingsVersion: 2 };
    const next = { step: 'dial', at: at?.toISOString(), redecided, trunks };
    assert.deepEqual(await readNextStep(db, contactId), next);
    assert.deepEqual(await idsToTell(db, { campaignId, limit: 9 }), [], 'it knows');
    const shown = await showContact(db, contactId);
    assert.equal(shown?.redecision?.settingsVersion, 2);
    assert.match(contactText({ ...shown, history: [] }), /changed rules .* 2 .*recycle-busy/);
    assert.equal(reasonOf(await claimContact(db, contactId, scene.ownerEpoch)), 'not_due');
    assert.equal((await openDueCount(db, campaignId)).count, 0);
  });

  it('make a contact due at once whose new time has passed, woken as the trunks dial', async () => {
    const { db } = database;
    const scene = await waiting(busy(3 * hourMs));
    const { campaignId, contactId, ownerEpoch } = scene;
    await changeRules(db, scene, busy(1));
    assert.deepEqual(await idsToTell(db, { campaignId, limit: 9 }), []);
    assert.equal((await openDueCount(db, campaignId)).count, 0);
    assert.deepEqual(await idsToWake(db, { campaignId, limit: 9 }), [contactId]);
    await claimed(db, contactId, ownerEpoch);
  });

  it('put a redial off', async () => {
    const { db } = database;
    const scene = await waiting(busy(hourMs));
    await changeRules(db, scene, busy(5 * hourMs));
    const { next_attempt_at: at } = await rowOf(scene.contactId);
    assert.equal(at?.getTime(), (await recordedAt(scene.attemptId)) + 5 * hourMs);
  });

  it('end a contact that has no redial left by them, with its result, and say so', async () => {
    const { db } = database;
    const scene = await waiting(busy(hourMs));
    const { campaignId, contactId } = scene;
    await changeRules(db, scene);
    const { state, call_status, redecision } = await rowOf(contactId);
    assert.deepEqual([state, call_status], ['settled', 'busy']);
    assert.equal(redecision?.decision.rule, 'numbers-exhausted');
    assert.deepEqual(await idsToTell(db, { campaignId, limit: 9 }), [contactId]);
    assert.deepEqual(await readNextStep(db, contactId), { step: 'end' });
    assert.deepEqual(await idsToTell(db, { campaignId, limit: 9 }), []);
  });

  it('go to the next number instead, and back to the first when they are taken back', async () => {
    const { db } = database;
    const numbers = ['+525518000001', '+525518000002'];
    const scene = await waiting(busy(hourMs), numbers);
    const { contactId } = scene;
    const first = (await rowOf(contactId)).next_number_id;
    await changeRules(db, scene);
    const moved = await rowOf(contactId);
    assert.notEqual(moved.next_number_id, first);
    assert.deepEqual(moved.redials_granted, { busy: 0 });
    const shown = await showContact(db, contactId);
    assert.deepEqual(
      shown?.numbers.map(({ callStatus, waitingFor }) => [callStatus, waitingFor]),
      [
        ['busy', null],
        [null, 'rules_changed'],
      ],
    );
    await changeRules(db, scene, busy(2 * hourMs));
    const back = await rowOf(contactId);
    assert.equal(back.next_number_id, first);
    assert.deepEqual(back.redials_granted, { busy: 1 });
    assert.equal(back.next_attempt_at?.getTime(), (await recordedAt(scene.attemptId)) + 2 * hourMs);
    assert.equal(back.redecision?.settingsVersion, 3);
  });

  it('have another number dialled before the redial, and the redial alone again', async () => {
    const { db } = database;
    const scene = await waiting(busy(hourMs), ['+525518000003', '+525518000004']);
    const { contactId } = scene;
    const numbers = async () =>
      (await showContact(db, contactId))?.numbers.map(({ waitingFor, nextAttemptAt }) => [
        waitingFor,
        nextAttemptAt && Math.round((Date.parse(nextAttemptAt) - Date.now()) / hourMs) + 0,
      ]);
    await changeRules(db, scene, busy(hourMs, { nextNumber: 'first' }));
    assert.deepEqual(await numbers(), [
      ['redial', 1],
      ['rules_changed', 0],
    ]);
    assert.deepEqual((await rowOf(contactId)).redials_granted, { busy: 0 });
    await changeRules(db, scene, busy(hourMs));
    assert.deepEqual(await numbers(), [
      ['rules_changed', 1],
      ['earlier number', null],
    ]);
    assert.deepEqual((await rowOf(contactId)).redials_granted, { busy: 1 });
  });

  it('count the redials that were granted before, and none twice', async () => {
    const { db } = database;
    const scene = await waiting(busy(1));
    const { contactId, ownerEpoch } = scene;
    const attemptId = await dial(contactId, ownerEpoch);
    assert.deepEqual((await rowOf(contactId)).redials_granted, { busy: 2 });
    await changeRules(db, scene, busy(hourMs, { backoff: 3 }));
    const { next_attempt_at: at, redials_granted } = await rowOf(contactId);
    assert.equal(at?.getTime(), (await recordedAt(attemptId)) + 3 * hourMs);
    assert.deepEqual(redials_granted, { busy: 2 });
    await changeRules(db, scene, busy(hourMs, { max: 1 }));
    assert.equal((await rowOf(contactId)).state, 'settled');
  });

  it('send a contact on to a campaign or an agent', async () => {
    const { db } = database;
    const target = await insertCampaign(db);
    const when = { callStatus: 'busy', attempts: 1 } as const;
    const toCampaign = await waiting(busy(hourMs));
    await changeRules(db, toCampaign, {
      retarget: [{ when, to: { kind: 'campaign', campaign: target.name } }],
    });
    const sent = await rowOf(toCampaign.contactId);
    assert.deepEqual([sent.state, sent.assigned_to], ['settled', `campaign:${target.name}`]);
    const { campaignId } = toCampaign;
    assert.deepEqual(await idsToTell(db, { campaignId, limit: 9 }), [toCampaign.contactId]);
    assert.equal((await dueContacts(db, { campaignId: target.campaignId, limit: 9 })).length, 1);

    const toAgent = await waiting(busy(hourMs));
    const rule = { when, to: { kind: 'agent', agent: 'ana' } } as const;
    await changeRules(db, toAgent, { retarget: [rule] });
    const { waiting_for, assigned_to } = await rowOf(toAgent.contactId);
    assert.deepEqual([waiting_for, assigned_to], ['agent', 'agent:ana']);
  });

  it('free a contact whose target campaign was missing', async () => {
    const { db } = database;
    const when = { callStatus: 'busy', attempts: 1 } as const;
    const scene = await dialable(db, undefined, {
      retarget: [{ when, to: { kind: 'campaign', campaign: 'nowhere' } }],
    });
    const { contactId, campaignId, ownerEpoch } = scene;
    await markFed(db, [contactId]);
    await dial(contactId, ownerEpoch);
    assert.equal((await rowOf(contactId)).waiting_for, 'retarget_target');
    await changeRules(db, scene, busy(1));
    assert.deepEqual(await idsToWake(db, { campaignId, limit: 9 }), [contactId]);
  });

  it('leave alone whom they say nothing new of', async () => {
    const { db } = database;
    const scene = await waiting(busy(hourMs, { jitterMs: hourMs }));
    const before = await rowOf(scene.contactId);
    await changeRules(db, scene, { ...busy(hourMs, { jitterMs: hourMs }), ringTimeoutMs: 20_000 });
    assert.deepEqual(await rowOf(scene.contactId), before);
  });

  it('leave alone what a person asked for, and the contacts of agents', async () => {
    const { db } = database;
    const wishes: ((contactId: ContactId) => Promise<unknown>)[] = [
      (contactId) => callContactNow(db, contactId, because),
      (contactId) =>
        rescheduleContact(db, contactId, new Date(Date.now() + 7 * hourMs).toISOString(), because),
      (contactId) => reassignContact(db, contactId, { agent: 'ana' }, because),
      // Its agent was given it by a rule.
      (contactId) =>
        db.raw(
          "update contacts set assigned_to = 'agent:ana', waiting_for = 'agent' where id = ?",
          [contactId],
        ),
      // As a list that is recycled as a whole: it had ended, and is dialled again.
      (contactId) => endAgain(contactId),
    ];
    for (const wish of wishes) {
      const scene = await waiting(busy(hourMs));
      await wish(scene.contactId);
      const before = await rowOf(scene.contactId);
      await changeRules(db, scene);
      assert.deepEqual(await rowOf(scene.contactId), before);
    }
  });

  /** Makes the contact one that ended by its rules and was opened again. */
  async function endAgain(contactId: ContactId) {
    await database.db.raw(
      `update contacts set redecision = jsonb_build_object('settingsVersion', 1,
         'decision', '{"next": "end", "callStatus": "busy", "dialStatus": "BUSY", "rule": "x"}'::jsonb,
         'attemptId', (select id from attempts where contact_id = contacts.id))
       where id = ?`,
      [contactId],
    );
  }

  it('judge a redial again that waits for a window, at its new time', async () => {
    const { db } = database;
    const scene = await waiting(busy(1));
    const { campaignId, contactId, ownerEpoch } = scene;
    const { attemptId } = await claimed(db, contactId, ownerEpoch);
    const nextAttemptAt = new Date(Date.now() + 9 * hourMs).toISOString();
    await releaseClaim(db, attemptId, { reason: 'calling_window', nextAttemptAt });
    await changeRules(db, scene, busy(2 * hourMs));
    const { waiting_for, next_attempt_at: at } = await rowOf(contactId);
    assert.equal(waiting_for, 'rules_changed');
    assert.equal(at?.getTime(), (await recordedAt(scene.attemptId)) + 2 * hourMs);
    assert.deepEqual(await idsToTell(db, { campaignId, limit: 9 }), [contactId]);
  });

  it('hold for a contact of a paused campaign, which is told when it is resumed', async () => {
    const { db } = database;
    const scene = await waiting(busy(hourMs));
    const { campaignId, contactId } = scene;
    await setCampaignState(db, campaignId, 'paused');
    await changeRules(db, scene, busy(2 * hourMs));
    const { next_attempt_at: at } = await rowOf(contactId);
    assert.equal(at?.getTime(), (await recordedAt(scene.attemptId)) + 2 * hourMs);
    assert.deepEqual(await idsToTell(db, { campaignId, limit: 9 }), []);
    await setCampaignState(db, campaignId, 'running');
    assert.deepEqual(await idsToTell(db, { campaignId, limit: 9 }), [contactId]);
  });

  it('reach everybody in pages, and let a call in progress be', async () => {
    const { db } = database;
    const scene = await dialable(
      db,
      Array.from({ length: 450 }, () => contactToInsert()),
      busy(3 * hourMs),
    );
    const { contactIds, ownerEpoch } = scene;
    await markFed(db, contactIds);
    for (const contactId of contactIds) await dial(contactId, ownerEpoch);
    const [calling] = contactIds as [ContactId];
    await callContactNow(db, calling, because);
    await claimed(db, calling, ownerEpoch);
    await changeRules(db, scene, busy(30 * minuteMs));
    const rows = await db<ContactRow & { id: ContactId; waiting_for: string | null }>('contacts')
      .whereIn('id', contactIds)
      .where({ waiting_for: 'rules_changed' } as object)
      .pluck('id');
    assert.equal(rows.length, 449);
    assert.ok(!rows.includes(calling));
  });
});

interface ContactRow {
  id: ContactId;
  state: string;
  call_status: string | null;
  waiting_for: string | null;
  next_attempt_at: Date | null;
  next_number_id: string | null;
  redials_granted: Record<string, number>;
  assigned_to: string | null;
  redecision: {
    attemptId: AttemptId;
    settingsVersion: number;
    decision: { rule: string };
  } | null;
}
