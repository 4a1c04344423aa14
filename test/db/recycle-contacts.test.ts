import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { writeAudit } from '../../db/audit-log.ts';
import { cancelContact } from '../../db/cancel-contact.ts';
import { dueContacts, markFed } from '../../db/feed.ts';
import { finishIfSettled } from '../../db/finish-if-settled.ts';
import { reassignContact } from '../../db/reassign-contact.ts';
import { reclassifyContact } from '../../db/reclassify-contact.ts';
import { recycleContacts, type LeftOut } from '../../db/recycle-contacts.ts';
import { campaignReport } from '../../db/report.ts';
import { setCampaignState } from '../../db/set-campaign-state.ts';
import { settleUndialled } from '../../db/settle-undialled.ts';
import { showContact } from '../../db/show-contact.ts';
import { suppressContact } from '../../db/suppress-contact.ts';
import type { CallStatus } from '../../domain/call-status.ts';
import type { CampaignSettings } from '../../domain/campaign-settings.ts';
import type { AuditId, CampaignId, ContactId } from '../../domain/ids.ts';
import { readRecycleSelection } from '../../domain/recycle-selection.ts';
import {
  claimContact,
  claimed,
  classification,
  endAttempt,
  reasonOf,
  redial,
} from '../support/attempt-fixture.ts';
import {
  contactToInsert,
  dialable,
  insertCampaign,
  insertTestContacts,
} from '../support/campaign-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database.drop());

const because = { reasonCode: 'other' };

/** A campaign whose contacts ended with these statuses, each after one call. */
async function ended(statuses: readonly CallStatus[], changes: Partial<CampaignSettings> = {}) {
  const { db } = database;
  const contacts = statuses.map(() => contactToInsert());
  const campaign = await dialable(db, contacts, changes);
  for (const [index, callStatus] of statuses.entries()) {
    const contactId = campaign.contactIds[index];
    if (contactId !== undefined) await call(contactId, campaign.ownerEpoch, callStatus);
  }
  return campaign;
}

async function call(contactId: ContactId, ownerEpoch: number, callStatus: CallStatus) {
  const claim = await claimed(database.db, contactId, ownerEpoch);
  const dialStatus = classification(callStatus).dialStatus ?? 'NO_ANSWER';
  await endAttempt(database.db, claim.attemptId, { callStatus, dialStatus });
  return claim;
}

/** Recycles, or only counts; the counts as `status` or `status: why not`. */
async function recycle(
  campaignId: CampaignId,
  words: readonly string[],
  options: {
    readonly dryRun?: boolean;
    readonly auditId?: AuditId;
    readonly pageSize?: number;
  } = {},
) {
  const { db } = database;
  const reading = readRecycleSelection(words);
  assert.ok(reading.ok);
  const { dryRun = false, pageSize } = options;
  const auditId = dryRun
    ? null
    : (options.auditId ?? (await writeAudit(db, { actor: 'ana', action: 'campaign.recycle' })));
  const sums: Record<string, number> = {};
  let state = '';
  const request = { campaignId, selection: reading.selection, auditId };
  for await (const page of recycleContacts(db, request, pageSize)) {
    state = page.state;
    for (const { callStatus, leftOut, contacts } of page.counts) {
      const key = leftOut === null ? callStatus : `${callStatus}: ${leftOut}`;
      sums[key] = (sums[key] ?? 0) + contacts;
    }
  }
  return { sums, state, auditId };
}

async function rowOf(contactId: ContactId) {
  const row = await database
    .db('contacts')
    .where({ id: contactId })
    .first<Record<string, unknown>>();
  assert.ok(row !== undefined);
  return row;
}

describe('recycling a list', () => {
  it('has those with the chosen statuses wait again from their first number, and says how many', async () => {
    const { db } = database;
    const { campaignId, contactIds } = await ended(['no_answer', 'busy', 'answered', 'no_answer']);
    assert.equal(await finishIfSettled(db, campaignId), true);
    const preview = await recycle(campaignId, ['no_answer', 'busy'], { dryRun: true });
    assert.deepEqual(preview, {
      sums: { no_answer: 2, busy: 1 },
      state: 'finished',
      auditId: null,
    });
    assert.equal((await campaignReport(db, campaignId)).pending, 0, 'a preview changes nothing');
    const done = await recycle(campaignId, ['no_answer', 'busy']);
    assert.deepEqual([done.sums, done.state], [preview.sums, 'draft']);
    const report = await campaignReport(db, campaignId);
    assert.deepEqual(
      [report.total, report.connected, report.unanswered, report.failed, report.pending],
      [4, 1, 0, 0, 3],
    );
    assert.equal(report.attempts, 4, 'attempts stay');
    const [first, , answered] = contactIds;
    assert.ok(first !== undefined && answered !== undefined);
    const contact = await showContact(db, first);
    assert.deepEqual(
      [contact?.callStatus, contact?.dialStatus, contact?.settledAt, contact?.nextAttemptAt],
      [null, null, null, null],
    );
    assert.deepEqual(
      contact?.numbers.map(({ callStatus, waitingFor }) => [callStatus, waitingFor]),
      [['no_answer', 'campaign_not_running']],
    );
    assert.notEqual(contact.recycledAt, null);
    const untouched = await showContact(db, answered);
    assert.deepEqual([untouched?.callStatus, untouched?.recycledAt], ['answered', null]);
  });

  it('begins a new round of redials; the budgets of contact, number and day go on counting', async () => {
    const { db } = database;
    const perDay = { attempts: { perContact: 3, perNumberPerDay: 2 } };
    const { campaignId, contactId, ownerEpoch } = await dialable(db, undefined, perDay);
    const one = await claimed(db, contactId, ownerEpoch);
    await endAttempt(db, one.attemptId, { callStatus: 'busy', decision: redial(one, 'busy') });
    await call(contactId, ownerEpoch, 'no_answer');
    await recycle(campaignId, ['no_answer']);
    const row = await rowOf(contactId);
    assert.deepEqual(row['redials_granted'], {});
    assert.deepEqual(row['attempts_by_status'], { busy: 1, no_answer: 1 });
    assert.equal(reasonOf(await claimContact(db, contactId, ownerEpoch)), 'number_daily_cap');
    await db('numbers').where({ contact_id: contactId }).update({ day: null });
    await db('contacts').where({ id: contactId }).update({ next_attempt_at: null });
    assert.equal((await call(contactId, ownerEpoch, 'no_answer')).attemptNo, 3);
    const { sums } = await recycle(campaignId, ['no_answer']);
    assert.deepEqual(sums, { 'no_answer: attempts_used_up': 1 });
  });

  it('hands them to the feeder anew, and an agent keeps theirs', async () => {
    const { db } = database;
    const { campaignId, contactIds } = await ended(['no_answer', 'no_answer']);
    const [plain, agents] = contactIds;
    assert.ok(plain !== undefined && agents !== undefined);
    await markFed(db, contactIds);
    await db('contacts').where({ id: agents }).update({ assigned_to: 'agent:ana', call_now: true });
    await recycle(campaignId, ['no_answer']);
    const due = await dueContacts(db, { campaignId, limit: 9 });
    assert.deepEqual(
      due.map(({ id, isNew }) => [id, isNew]),
      [[plain, true]],
    );
    assert.equal((await showContact(db, agents))?.waitingFor, 'agent');
  });

  it('reopens nobody twice for one audit entry, nor who was settled after it', async () => {
    const { db } = database;
    const { campaignId, contactIds, ownerEpoch } = await ended(['no_answer', 'busy']);
    const [first, second] = contactIds;
    assert.ok(first !== undefined && second !== undefined);
    const { auditId, sums } = await recycle(campaignId, ['no_answer']);
    assert.ok(auditId !== null);
    assert.deepEqual(sums, { no_answer: 1 });
    await call(first, ownerEpoch, 'no_answer');
    const again = await recycle(campaignId, ['no_answer', 'busy'], { auditId });
    assert.deepEqual(again.sums, { busy: 1 }, 'who was settled before the entry is still taken in');
    assert.equal((await showContact(db, first))?.callStatus, 'no_answer');
    assert.deepEqual((await recycle(campaignId, ['no_answer'])).sums, { no_answer: 1 });
  });

  it('goes through all pages, in a dry run too', async () => {
    const statuses = Array.from({ length: 7 }, (_, index) => (index % 2 ? 'busy' : 'no_answer'));
    const { campaignId } = await ended(statuses);
    const pages = { pageSize: 2 };
    const counts = { no_answer: 4, busy: 3 };
    const words = ['no_answer', 'busy'];
    assert.deepEqual((await recycle(campaignId, words, { ...pages, dryRun: true })).sums, counts);
    assert.deepEqual((await recycle(campaignId, words, pages)).sums, counts);
    assert.deepEqual((await recycle(campaignId, words, pages)).sums, {});
  });

  it('leaves a cancelled campaign alone, and a running or paused one in its state', async () => {
    const { db } = database;
    const { campaignId, contactId } = await ended(['no_answer']);
    assert.equal((await recycle(campaignId, ['no_answer'])).state, 'running');
    await cancelContact(db, contactId, because);
    await setCampaignState(db, campaignId, 'paused');
    assert.equal((await recycle(campaignId, ['no_answer', 'cancelled'])).state, 'paused');
    await cancelContact(db, contactId, because);
    await setCampaignState(db, campaignId, 'cancelled');
    const { sums, state } = await recycle(campaignId, ['no_answer', 'cancelled']);
    assert.deepEqual([sums, state], [{}, 'cancelled']);
  });

  it('picks by dial status, but nobody who was talked to, is dead, or may be on the line', async () => {
    const statuses = [
      'no_answer',
      'answered',
      'transferred',
      'voicemail',
      'invalid_number',
    ] as const;
    const { campaignId } = await ended([...statuses, 'out_of_service', 'unconfirmed']);
    const all = ['NO_ANSWER', 'ANSWER', 'FAILURE', 'BUSY', 'CONGESTION'];
    const { sums } = await recycle(campaignId, all, { dryRun: true });
    assert.deepEqual(sums, { no_answer: 1, voicemail: 1 });
    const named = await recycle(campaignId, [...statuses, 'out_of_service', 'unconfirmed']);
    assert.equal(Object.keys(named.sums).length, 7, 'each of them by its own name');
  });
});

describe('what recycling leaves out', () => {
  const cases: Record<
    string,
    {
      readonly leftOut: LeftOut;
      readonly callStatus?: CallStatus;
      readonly settings?: Partial<CampaignSettings>;
      prepare?(contact: { contactId: ContactId; ownerEpoch: number }): Promise<unknown>;
    }
  > = {
    'a contact that another campaign has': {
      leftOut: 'handed_over',
      async prepare({ contactId }) {
        const { name } = await insertCampaign(database.db);
        await reopened(contactId);
        const target = await database
          .db('campaigns')
          .where({ name })
          .first<{ id: CampaignId }>('id');
        assert.ok(target !== undefined);
        await reassignContact(database.db, contactId, { campaignId: target.id }, because);
      },
    },
    'a contact that a person ended': {
      leftOut: 'cancelled_by_person',
      async prepare({ contactId }) {
        await reopened(contactId);
        await cancelContact(database.db, contactId, because);
      },
    },
    'a contact whose workflow is still to be told': {
      leftOut: 'ending',
      prepare: ({ contactId }) =>
        database
          .db('contacts')
          .where({ id: contactId })
          .update({ waiting_for: 'campaign_cancelled', fed_at: new Date() }),
    },
    'a contact whose attempts are used up': {
      leftOut: 'attempts_used_up',
      settings: { attempts: { perContact: 1, perNumberPerDay: null } },
    },
    'a contact whose phone was called as often as it may be': {
      leftOut: 'attempts_used_up',
      settings: { attempts: { perContact: null, perNumberPerDay: null, perPerson: 1 } },
    },
    'a suppressed contact': {
      leftOut: 'suppressed',
      async prepare({ contactId }) {
        await reopened(contactId);
        await suppressContact(database.db, contactId, 'global', because);
      },
    },
    'a contact whose numbers do not exist': {
      leftOut: 'invalid_number',
      prepare: ({ contactId }) =>
        database
          .db('numbers')
          .where({ contact_id: contactId })
          .update({ call_status: 'invalid_number' }),
    },
  };

  /** Lets a settled contact wait again, so that a person can do something to it. */
  async function reopened(contactId: ContactId) {
    const { campaign_id: campaignId } = await rowOf(contactId);
    await recycle(campaignId as CampaignId, ['no_answer']);
  }

  for (const [what, { leftOut, settings, prepare }] of Object.entries(cases)) {
    it(`is ${what}`, async () => {
      const campaign = await ended(['no_answer'], settings);
      await prepare?.(campaign);
      const expected = { [`no_answer: ${leftOut}`]: 1 };
      const { sums } = await recycle(campaign.campaignId, ['no_answer'], { dryRun: true });
      assert.deepEqual(sums, expected);
      assert.deepEqual((await recycle(campaign.campaignId, ['no_answer'])).sums, expected);
      assert.equal((await showContact(database.db, campaign.contactId))?.callStatus, 'no_answer');
    });
  }

  it('is not a contact that a person ended when those are chosen', async () => {
    const { db } = database;
    const { campaignId, contactId, ownerEpoch } = await ended(['no_answer']);
    await reopened(contactId);
    await cancelContact(db, contactId, because);
    assert.deepEqual((await recycle(campaignId, ['no_answer', 'cancelled'])).sums, {
      no_answer: 1,
    });
    await call(contactId, ownerEpoch, 'no_answer');
    const { sums } = await recycle(campaignId, ['no_answer']);
    assert.deepEqual(sums, { no_answer: 1 }, 'what was before it was reopened is over');
  });

  it('is of two contacts with one phone the later one, in another page as in the same', async () => {
    const { db } = database;
    for (const pageSize of [1, 9]) {
      const campaign = await ended(['no_answer', 'no_answer']);
      const [first, second] = campaign.contactIds;
      assert.ok(first !== undefined && second !== undefined);
      const phone = await db('numbers')
        .where({ contact_id: first })
        .first<{ phone_key: string }>('phone_key');
      await db('numbers').where({ contact_id: second }).update({ phone_key: phone?.phone_key });
      const expected = { no_answer: 1, 'no_answer: number_in_use': 1 };
      for (const dryRun of [true, false]) {
        const { sums } = await recycle(campaign.campaignId, ['no_answer'], { pageSize, dryRun });
        assert.deepEqual(sums, expected);
      }
      assert.equal((await rowOf(first))['state'], 'waiting');
    }
  });

  it('is single numbers, where others of the contact can be dialled', async () => {
    const { db } = database;
    const numbers = [1, 2, 3, 4].map((last) => `+52551155000${last}`);
    const { campaignId, contactId, ownerEpoch } = await dialable(db, [contactToInsert(numbers)]);
    await call(contactId, ownerEpoch, 'no_answer');
    const e164 = numbers[0];
    const key = await db('numbers').where({ e164 }).first<{ phone_key: string }>('phone_key');
    await db('suppressions').insert({ phone_key: key?.phone_key, e164, source: 'manual' });
    await db('numbers').where({ e164: numbers[1] }).update({ valid: false });
    const [other] = await insertTestContacts(db, campaignId, [contactToInsert()]);
    const held = await db('numbers')
      .where({ e164: numbers[3] })
      .first<{ phone_key: string }>('phone_key');
    await db('numbers').where({ contact_id: other }).update({ phone_key: held?.phone_key });
    assert.deepEqual((await recycle(campaignId, ['no_answer'])).sums, { no_answer: 1 });
    const claim = await claimed(db, contactId, ownerEpoch);
    assert.equal(claim.number, numbers[2]);
    assert.deepEqual(
      claim.numbers.map(({ dialable: may }) => may),
      [false, false, true, false],
    );
    const rows = await db('numbers').where({ contact_id: contactId }).orderBy('position');
    assert.deepEqual(
      rows.map((row: { active: boolean; call_status: string | null }) => [
        row.active,
        row.call_status,
      ]),
      [
        [false, 'no_answer'],
        [false, null],
        [true, null],
        [false, null],
      ],
    );
  });
});

describe('a recycled contact', () => {
  it('is taken in again by no import, and can be dialled to its end', async () => {
    const { db } = database;
    const { campaignId, contactId, ownerEpoch } = await ended(['no_answer']);
    await recycle(campaignId, ['no_answer']);
    await insertTestContacts(db, campaignId, [contactToInsert()]);
    await call(contactId, ownerEpoch, 'answered');
    assert.equal((await showContact(db, contactId))?.callStatus, 'answered');
    const numbers = await db('numbers').where({ contact_id: contactId }).pluck('active');
    assert.deepEqual(numbers, [false]);
  });

  it('is not settled by a status that an earlier round got since', async () => {
    const { db } = database;
    const { campaignId, contactId } = await ended(['no_answer']);
    await recycle(campaignId, ['no_answer']);
    const read = () => classification('answered', 'ANSWER');
    await reclassifyContact(db, contactId, { because: 'mapping_changed', auditId: null, read });
    assert.equal(
      (await showContact(db, contactId))?.callStatus,
      null,
      'a person asked for the call',
    );
  });

  it('keeps the status of its latest round when an earlier one is read anew', async () => {
    const { db } = database;
    const numbers = ['+525511560001', '+525511560002'];
    const { campaignId, contactId, ownerEpoch } = await dialable(db, [contactToInsert(numbers)]);
    const first = await claimed(db, contactId, ownerEpoch);
    const second = first.numbers[1]?.id ?? first.numberId;
    const decision = { ...redial(first, 'busy'), numberId: second, becauseOf: null };
    await endAttempt(db, first.attemptId, { callStatus: 'no_answer', decision });
    await call(contactId, ownerEpoch, 'voicemail');
    await recycle(campaignId, ['voicemail']);
    const again = await claimed(db, contactId, ownerEpoch);
    const end = { next: 'end', callStatus: 'busy', dialStatus: null, rule: 'contact-cap' } as const;
    await endAttempt(db, again.attemptId, { callStatus: 'busy', decision: end });
    const read = ({ id }: { id: string }) =>
      id === again.attemptId ? classification('rejected') : null;
    await reclassifyContact(db, contactId, { because: 'mapping_changed', auditId: null, read });
    assert.equal((await showContact(db, contactId))?.callStatus, 'rejected');
  });

  it('ends with the results of its latest round, not with what a number that is left out had before', async () => {
    const { db } = database;
    const numbers = ['+525511580001', '+525511580002'];
    const { campaignId, contactId, ownerEpoch } = await dialable(db, [contactToInsert(numbers)]);
    const first = await claimed(db, contactId, ownerEpoch);
    const second = first.numbers[1]?.id ?? first.numberId;
    const decision = { ...redial(first, 'busy'), numberId: second, becauseOf: null };
    await endAttempt(db, first.attemptId, { callStatus: 'voicemail', decision });
    await call(contactId, ownerEpoch, 'no_answer');
    await db('numbers').where({ e164: numbers[0] }).update({ valid: false });
    await recycle(campaignId, ['no_answer']);
    const again = await claimed(db, contactId, ownerEpoch);
    assert.deepEqual(
      again.numbers.map(({ callStatus, dialable: may }) => [callStatus, may]),
      [
        [null, false],
        [null, true],
      ],
    );
    await endAttempt(db, again.attemptId, { callStatus: 'busy', decision: redial(again, 'busy') });
    await settleUndialled(db, contactId, { callStatus: 'restricted', scope: 'contact' });
    assert.equal((await showContact(db, contactId))?.callStatus, 'busy');
  });

  it('that a claim refuses for good before any call of its new round keeps what it had', async () => {
    const { db } = database;
    const { campaignId, contactId } = await ended(['no_answer']);
    await recycle(campaignId, ['no_answer']);
    await settleUndialled(db, contactId, { callStatus: 'restricted', scope: 'contact' });
    assert.equal((await showContact(db, contactId))?.callStatus, 'no_answer');
  });

  it('that was refused so follows the best of its numbers when their calls are read anew', async () => {
    const { db } = database;
    const numbers = ['+525511570001', '+525511570002'];
    const { campaignId, contactId, ownerEpoch } = await dialable(db, [contactToInsert(numbers)]);
    const first = await claimed(db, contactId, ownerEpoch);
    const second = first.numbers[1]?.id ?? first.numberId;
    const decision = { ...redial(first, 'busy'), numberId: second, becauseOf: null };
    await endAttempt(db, first.attemptId, { callStatus: 'voicemail', decision });
    await call(contactId, ownerEpoch, 'no_answer');
    await recycle(campaignId, ['no_answer']);
    await settleUndialled(db, contactId, { callStatus: 'restricted', scope: 'contact' });
    assert.equal((await showContact(db, contactId))?.callStatus, 'voicemail');
    const read = ({ id }: { id: string }) =>
      id === first.attemptId ? classification('dialing_error') : null;
    await reclassifyContact(db, contactId, { because: 'mapping_changed', auditId: null, read });
    assert.equal((await showContact(db, contactId))?.callStatus, 'no_answer');
  });
});
