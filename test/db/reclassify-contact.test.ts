import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { callContactNow } from '../../db/call-contact-now.ts';
import { cancelContact } from '../../db/cancel-contact.ts';
import type { Claim } from '../../db/claim-details.ts';
import { markFed } from '../../db/feed.ts';
import { findAttempt } from '../../db/find-attempt.ts';
import { finishIfSettled } from '../../db/finish-if-settled.ts';
import { readNextStep } from '../../db/read-next-step.ts';
import { reassignContact } from '../../db/reassign-contact.ts';
import { reclassifyContact } from '../../db/reclassify-contact.ts';
import { recordedContactsOf } from '../../db/recorded-contacts.ts';
import { rescheduleContact } from '../../db/reschedule-contact.ts';
import { setCampaignState } from '../../db/set-campaign-state.ts';
import { settleUndialled } from '../../db/settle-undialled.ts';
import { showContact } from '../../db/show-contact.ts';
import { suppressContact } from '../../db/suppress-contact.ts';
import { groupOf, type CallStatus } from '../../domain/call-status.ts';
import type { AttemptId, ContactId } from '../../domain/ids.ts';
import type { Decision } from '../../domain/next-step.ts';
import {
  claimContact,
  claimed,
  classification,
  endAttempt,
  reasonOf,
  redial,
} from '../support/attempt-fixture.ts';
import { contactToInsert, dialable, insertCampaign } from '../support/campaign-fixture.ts';
import { idsToTell, markToldNow } from '../support/feed-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { untilSomebodyWaits } from '../support/until-somebody-waits.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database.drop());

const because = { reasonCode: 'other' };
const anHour = 3_600_000;

/** Gives one attempt another status. */
async function reclassify(claim: Pick<Claim, 'attemptId' | 'contactId'>, to: CallStatus) {
  return reclassifyContact(database.db, claim.contactId, {
    because: 'mapping_changed',
    auditId: null,
    read: ({ id }) =>
      id === claim.attemptId
        ? classification(to, groupOf(to) === 'connected' ? 'ANSWER' : 'FAILURE')
        : null,
  });
}

async function statusOf(contactId: ContactId) {
  const contact = await showContact(database.db, contactId);
  assert.ok(contact !== null);
  return [contact.callStatus, contact.dialStatus];
}

async function countsOf(contactId: ContactId): Promise<unknown> {
  const row = await database
    .db('contacts')
    .where({ id: contactId })
    .first<{ attempts_by_status: unknown }>('attempts_by_status');
  return row?.attempts_by_status;
}

/** A contact whose first number did not answer and that waits for a redial. */
async function waitingContact(numbers?: readonly string[]) {
  const { db } = database;
  const campaign = await dialable(db, [contactToInsert(numbers), contactToInsert()]);
  const claim = await claimed(db, campaign.contactId, campaign.ownerEpoch);
  const decision = redial(claim, 'no_answer', new Date(Date.now() + anHour));
  await endAttempt(db, claim.attemptId, { callStatus: 'no_answer', decision });
  return { ...campaign, claim };
}

describe('a changed status of an attempt', () => {
  it('is written to the attempt, with its state and a trace; evidence and decision stay', async () => {
    const { db } = database;
    const { claim } = await waitingContact();
    const before = await findAttempt(db, claim.attemptId);
    assert.ok(before !== null);
    const to = {
      ...classification('unconfirmed'),
      rule: 'no-response',
      cause: 17,
      answeredAt: '2026-01-01T10:00:00.000Z',
    };
    const read = () => to;
    const change = { because: 'mapping_changed', auditId: null, read } as const;
    await reclassifyContact(db, claim.contactId, change);
    assert.deepEqual(await findAttempt(db, claim.attemptId), {
      ...before,
      state: 'unconfirmed',
      callStatus: 'unconfirmed',
      dialStatus: null,
      rule: 'no-response',
      cause: 17,
      answeredAt: '2026-01-01T10:00:00.000Z',
    });
    await reclassifyContact(db, claim.contactId, change);
    await reclassify(claim, 'busy');
    assert.equal((await findAttempt(db, claim.attemptId))?.state, 'ended');
    const traces = await db('reclassifications')
      .where({ attempt_id: claim.attemptId })
      .orderBy('id')
      .select('because', 'from_call_status', 'from_rule', 'to_call_status', 'to_dial_status');
    assert.deepEqual(traces, [
      {
        because: 'mapping_changed',
        from_call_status: 'no_answer',
        from_rule: 'test',
        to_call_status: 'unconfirmed',
        to_dial_status: null,
      },
      {
        because: 'mapping_changed',
        from_call_status: 'unconfirmed',
        from_rule: 'no-response',
        to_call_status: 'busy',
        to_dial_status: 2,
      },
    ]);
  });

  it('leaves attempts as protected as they were', async () => {
    const { db } = database;
    const { claim } = await waitingContact();
    await reclassify(claim, 'busy');
    for (const change of [{ call_status: 'answered' }, { evidence: '[1]' }, { decision: null }]) {
      await assert.rejects(
        async () => db('attempts').where({ id: claim.attemptId }).update(change),
        /cannot be changed/,
      );
    }
    await assert.rejects(
      db.transaction(async (trx) => {
        await trx.raw("set local dialer.reclassifying = 'on'");
        await trx('attempts').where({ id: claim.attemptId }).update({ evidence: '[{}]' });
      }),
      /cannot be changed/,
    );
  });

  it('leaves an attempt alone that has no outcome, and one that was never placed', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await dialable(db);
    const claim = await claimed(db, contactId, ownerEpoch);
    const done = await reclassify(claim, 'answered');
    assert.deepEqual(done?.plan.attempts, []);
    assert.equal((await findAttempt(db, claim.attemptId))?.state, 'sending');
  });

  it('is counted in the contacts to which it was handed on', async () => {
    const { db } = database;
    const second = await insertCampaign(db);
    const third = await insertCampaign(db);
    const { claim, contactId, campaignId } = await waitingContact();
    for (const target of [second, third]) {
      const lineage = (await showContact(db, contactId))?.lineage ?? [];
      const latest = lineage.at(-1)?.contactId;
      assert.ok(latest !== undefined);
      await reassignContact(db, latest, target, because);
    }
    await reclassify(claim, 'answered');
    const lineage = (await showContact(db, contactId))?.lineage ?? [];
    assert.equal(lineage.length, 3);
    for (const member of lineage) {
      assert.deepEqual(await countsOf(member.contactId), { answered: 1 }, member.campaign);
    }
    assert.deepEqual(
      lineage.map(({ callStatus }) => callStatus),
      ['answered', 'cancelled', null],
      'those who took it over keep what they have',
    );
    assert.ok(campaignId);
  });

  it('shows on its number, unless a later attempt was made to that', async () => {
    const { db } = database;
    const { claim, contactId, ownerEpoch } = await waitingContact();
    await callContactNow(db, contactId, because);
    const later = await claimed(db, contactId, ownerEpoch);
    await endAttempt(db, later.attemptId, { callStatus: 'busy', dialStatus: 'BUSY' });
    const number = async () => (await showContact(db, contactId))?.numbers[0];
    await reclassify(claim, 'rejected');
    assert.equal((await number())?.callStatus, 'busy');
    assert.deepEqual(await countsOf(contactId), { busy: 1, rejected: 1 });
    await reclassify(later, 'out_of_service');
    assert.equal((await number())?.callStatus, 'out_of_service');
    assert.equal((await number())?.dialStatus, 'FAILURE');
  });
});

describe('a settled contact', () => {
  const ways: Record<string, (contactId: ContactId) => Promise<unknown>> = {
    'a person cancelled': (id) => cancelContact(database.db, id, because),
    'a person suppressed': (id) => suppressContact(database.db, id, 'campaign', because),
    'was retargeted': async (id) =>
      reassignContact(database.db, id, await insertCampaign(database.db), because),
    'ended with its campaign': async (id) => {
      const { db } = database;
      const contact = await showContact(db, id);
      assert.ok(contact !== null);
      await setCampaignState(db, contact.campaignId, 'cancelled');
      await idsToTell(db, { campaignId: contact.campaignId, limit: 10 });
    },
  };
  for (const [name, settle] of Object.entries(ways)) {
    it(`that ${name} has the status of its latest attempt, and not the best`, async () => {
      const { db } = database;
      const { contactId, ownerEpoch } = await dialable(db, [
        contactToInsert(['+525512340001', '+525512340002'].map((n) => `${n}${name.length}`)),
      ]);
      const first = await claimed(db, contactId, ownerEpoch);
      const other = first.numbers[1]?.id ?? assert.fail();
      const next = { ...redial(first, 'no_answer'), numberId: other } as Decision;
      await endAttempt(db, first.attemptId, { callStatus: 'no_answer', decision: next });
      const second = await claimed(db, contactId, ownerEpoch);
      await endAttempt(db, second.attemptId, {
        callStatus: 'busy',
        decision: redial(second, 'busy'),
      });
      await settle(contactId);
      assert.deepEqual(await statusOf(contactId), ['busy', null]);
      const { settledAt } = (await showContact(db, contactId)) ?? assert.fail();
      await reclassify(first, 'answered');
      assert.deepEqual(await statusOf(contactId), ['busy', null]);
      await reclassify(second, 'dialing_error');
      assert.deepEqual(await statusOf(contactId), ['dialing_error', 'FAILURE']);
      assert.equal((await showContact(db, contactId))?.settledAt, settledAt);
    });
  }

  for (const way of ['numbers-exhausted', 'contact-cap', 'a refused claim'] as const) {
    it(`by ${way} has the best of its numbers`, async () => {
      const { db } = database;
      const { contactId, ownerEpoch } = await dialable(db, [
        contactToInsert([`+52551235${way.length}1`, `+52551235${way.length}2`]),
      ]);
      const first = await claimed(db, contactId, ownerEpoch);
      const other = first.numbers[1]?.id ?? assert.fail();
      const next = { ...redial(first, 'no_answer'), numberId: other } as Decision;
      await endAttempt(db, first.attemptId, { callStatus: 'no_answer', decision: next });
      const second = await claimed(db, contactId, ownerEpoch);
      const end = { next: 'end', callStatus: 'no_answer', dialStatus: null, rule: way } as const;
      const decision = way === 'a refused claim' ? redial(second, 'dialing_error') : end;
      await endAttempt(db, second.attemptId, { callStatus: 'dialing_error', decision });
      if (way === 'a refused claim') {
        await settleUndialled(db, contactId, { callStatus: 'restricted', scope: 'contact' });
      }
      assert.deepEqual(await statusOf(contactId), ['no_answer', null]);
      await reclassify(first, 'voicemail');
      assert.deepEqual(await statusOf(contactId), ['voicemail', 'ANSWER']);
      await reclassify(first, 'invalid_number');
      assert.deepEqual(
        await statusOf(contactId),
        ['dialing_error', null],
        'the latest of the failed',
      );
      await reclassify(second, 'busy');
      assert.deepEqual(await statusOf(contactId), ['busy', 'FAILURE']);
    });
  }

  it('that was never dialled, though a call was on its way, has nothing to change', async () => {
    const { db } = database;
    const { contactId } = await dialable(db);
    await cancelContact(db, contactId, because);
    await reclassify({ contactId, attemptId: contactId as unknown as AttemptId }, 'answered');
    assert.deepEqual(await statusOf(contactId), ['cancelled', null]);
  });
});

describe('a waiting contact that was reached after all', () => {
  for (const status of ['answered', 'transferred', 'abandoned'] as const) {
    it(`is settled as ${status}, its workflow is told, and no claim is granted`, async () => {
      const { db } = database;
      const { claim, contactId, campaignId, ownerEpoch } = await waitingContact();
      await markFed(db, [contactId]);
      await reclassify(claim, status);
      assert.deepEqual(await statusOf(contactId), [status, 'ANSWER']);
      assert.equal(reasonOf(await claimContact(db, contactId, ownerEpoch)), 'settled');
      assert.deepEqual(await idsToTell(db, { campaignId, limit: 10 }), [contactId]);
      await markToldNow(db, [contactId]);
      assert.deepEqual(await idsToTell(db, { campaignId, limit: 10 }), []);
    });
  }

  it('holds its campaign open until its workflow was told, and no longer', async () => {
    const { db } = database;
    const { claim, contactId, contactIds, campaignId } = await waitingContact();
    await markFed(db, [contactId]);
    await cancelContact(db, contactIds[1] ?? assert.fail(), because);
    await reclassify(claim, 'answered');
    assert.equal(await finishIfSettled(db, campaignId), false);
    await markToldNow(db, await idsToTell(db, { campaignId, limit: 10 }));
    assert.equal(await finishIfSettled(db, campaignId), false, 'it has not asked yet');
    assert.deepEqual(await readNextStep(db, contactId), { step: 'end' });
    assert.equal(await finishIfSettled(db, campaignId), true);
  });

  it('stays settled, with the corrected status, when that is taken back', async () => {
    const { claim, contactId } = await waitingContact(['+525512360001', '+525512360002']);
    await reclassify(claim, 'answered');
    await reclassify(claim, 'no_answer');
    assert.deepEqual(await statusOf(contactId), ['no_answer', 'FAILURE']);
  });

  it('is settled though it waits for an agent by a rule', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await dialable(db);
    const claim = await claimed(db, contactId, ownerEpoch);
    const decision = { next: 'retarget', to: { kind: 'agent', agent: 'ana' }, rule: 'x' } as const;
    await endAttempt(db, claim.attemptId, { callStatus: 'no_answer', decision });
    await reclassify(claim, 'answered');
    assert.deepEqual(await statusOf(contactId), ['answered', 'ANSWER']);
  });

  const wishes: Record<string, (id: ContactId) => Promise<unknown>> = {
    'called now': (id) => callContactNow(database.db, id, because),
    'called by an agent': (id) => reassignContact(database.db, id, { agent: 'ana' }, because),
    'called at a time': (id) =>
      rescheduleContact(database.db, id, new Date(Date.now() + anHour).toISOString(), because),
  };
  for (const [wish, ask] of Object.entries(wishes)) {
    it(`goes on when a person asked since for it to be ${wish}`, async () => {
      const { claim, contactId } = await waitingContact();
      await ask(contactId);
      await reclassify(claim, 'answered');
      assert.deepEqual(await statusOf(contactId), [null, null]);
      assert.deepEqual(await countsOf(contactId), { answered: 1 });
    });
  }

  it('goes on in a call that has begun', async () => {
    const { db } = database;
    const { claim, contactId, ownerEpoch } = await waitingContact();
    await db('contacts').where({ id: contactId }).update({ next_attempt_at: null });
    const later = await claimed(db, contactId, ownerEpoch);
    await reclassify(claim, 'answered');
    assert.deepEqual(await statusOf(contactId), [null, null]);
    await endAttempt(db, later.attemptId, { callStatus: 'busy' });
    assert.deepEqual(await countsOf(contactId), { answered: 1, busy: 1 });
    assert.deepEqual(await statusOf(contactId), ['busy', null]);
  });

  it('goes on when it was reached by voicemail, or by an abandoned call where those are redialled', async () => {
    const { db } = database;
    const voicemail = await waitingContact();
    await reclassify(voicemail.claim, 'voicemail');
    assert.deepEqual(await statusOf(voicemail.contactId), [null, null]);

    const abandoned = { afterMs: 1_000, max: 1, backoff: 1 };
    const { contactId, ownerEpoch } = await dialable(db, [contactToInsert()], {
      recycle: { abandoned },
    });
    const claim = await claimed(db, contactId, ownerEpoch);
    await endAttempt(db, claim.attemptId, {
      callStatus: 'no_answer',
      decision: redial(claim, 'no_answer'),
    });
    await reclassify(claim, 'abandoned');
    assert.deepEqual(await statusOf(contactId), [null, null]);
  });
});

describe('two who change a contact at once', () => {
  it('both have their say, and nothing is counted twice', async () => {
    const { db } = database;
    const { claim, contactId } = await waitingContact();
    const words = ['busy', 'rejected', 'no_answer', 'out_of_service'] as const;
    await Promise.all(
      Array.from({ length: 12 }, (_, n) => reclassify(claim, words[n % 4] ?? 'busy')),
    );
    const attempt = await findAttempt(db, claim.attemptId);
    assert.deepEqual(await countsOf(contactId), { [attempt?.callStatus ?? '']: 1 });
  });

  it('see a contact that is handed on while they wait for its lock', async () => {
    const { db } = database;
    const target = await insertCampaign(db);
    const next = await insertCampaign(db);
    const { claim, contactId } = await waitingContact();
    await reassignContact(db, contactId, target, because);
    const child = (await showContact(db, contactId))?.lineage.at(-1)?.contactId;
    assert.ok(child !== undefined);
    let changing: Promise<unknown> = Promise.resolve();
    await db.transaction(async (trx) => {
      await reassignContact(trx, child, next, because);
      changing = reclassify(claim, 'answered');
      await untilSomebodyWaits(db);
    });
    await changing;
    const lineage = (await showContact(db, contactId))?.lineage ?? [];
    assert.equal(lineage.length, 3);
    for (const member of lineage) {
      assert.deepEqual(await countsOf(member.contactId), { answered: 1 });
    }
  });

  it('an outcome and a changed status of the attempt before it are both counted', async () => {
    const { db } = database;
    for (let round = 0; round < 5; round += 1) {
      const { claim, contactId, ownerEpoch } = await waitingContact();
      await db('contacts').where({ id: contactId }).update({ next_attempt_at: null });
      const later = await claimed(db, contactId, ownerEpoch);
      await Promise.all([
        endAttempt(db, later.attemptId, { callStatus: 'busy' }),
        reclassify(claim, 'answered'),
      ]);
      assert.deepEqual(await countsOf(contactId), { answered: 1, busy: 1 });
    }
  });
});

describe('the recorded contacts of a campaign', () => {
  it('are those that were dialled, each once, whatever the size of a page', async () => {
    const { db } = database;
    const { campaignId, contactIds, ownerEpoch } = await dialable(
      db,
      Array.from({ length: 6 }, () => contactToInsert()),
    );
    const dialled = contactIds.slice(1);
    for (const contactId of dialled) {
      const { attemptId } = await claimed(db, contactId, ownerEpoch);
      await endAttempt(db, attemptId, { callStatus: 'busy' });
    }
    for (const pageSize of [1, 2, 5, 100]) {
      const pages = [];
      for await (const page of recordedContactsOf(db, campaignId, pageSize)) pages.push(page);
      assert.deepEqual(
        pages.flat().map(({ id }) => id),
        dialled,
      );
      assert.ok(pages.flat().every(({ attempts }) => attempts.length === 1));
    }
  });
});
