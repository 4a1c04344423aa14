import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Claim } from '../../db/claim-details.ts';
import { releaseClaim } from '../../db/release-claim.ts';
import { recordOutcome } from '../../db/record-outcome.ts';
import { setCampaignState } from '../../db/set-campaign-state.ts';
import { settleUndialled } from '../../db/settle-undialled.ts';
import { showContact } from '../../db/show-contact.ts';
import type { CallStatus } from '../../domain/call-status.ts';
import type { RecycleRule } from '../../domain/campaign-settings.ts';
import { decideNext } from '../../domain/decide-next.ts';
import type { ContactId } from '../../domain/ids.ts';
import { claimed, endAttempt } from '../support/attempt-fixture.ts';
import { contactToInsert, dialable, testTrunk } from '../support/campaign-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database.drop());

const hourMs = 3_600_000;
let lastNumber = 525_511_220_000;
const noAnswer: RecycleRule = { afterMs: hourMs, max: 2, backoff: 2, nextNumber: 'first' };

/** A contact with three numbers in a campaign that goes on to the next one first. */
async function contactWithNumbers(rule: Partial<RecycleRule> = {}) {
  const recycle = { no_answer: { ...noAnswer, ...rule } };
  const numbers = [1, 2, 3].map(() => `+${(lastNumber += 1)}`);
  return { numbers, ...(await dialable(database.db, [contactToInsert(numbers)], { recycle })) };
}

/** Ends the attempt as the engine does. */
async function end(claim: Claim, callStatus: CallStatus) {
  const now = new Date();
  const decision = decideNext({
    ...claim,
    now,
    attemptedAt: claim.claimedAt,
    random: 0,
    callStatus,
    dialStatus: null,
  });
  const { next } = await endAttempt(database.db, claim.attemptId, {
    callStatus,
    decision,
    now: now.toISOString(),
  });
  return { next, decision };
}

/** Lets the time come for the next attempt, and makes it. */
async function dial(contactId: ContactId, ownerEpoch: number): Promise<Claim> {
  await database.db('contacts').where({ id: contactId }).update({ next_attempt_at: null });
  return claimed(database.db, contactId, ownerEpoch);
}

async function numbersOf(contactId: ContactId) {
  const contact = await showContact(database.db, contactId);
  assert.ok(contact !== null);
  return contact.numbers.map(({ callStatus, waitingFor }) => [callStatus, waitingFor]);
}

async function grantedTo(contactId: ContactId): Promise<unknown> {
  const row = await database
    .db('contacts')
    .where({ id: contactId })
    .first<{ redials_granted: unknown }>('redials_granted');
  return row?.redials_granted;
}

describe('a contact whose next number comes first', () => {
  it('goes through its numbers, comes back to each when it is due, and ends with its redials', async () => {
    const { numbers, contactId, ownerEpoch } = await contactWithNumbers();
    const order: string[] = [];
    const due: (string | undefined)[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      const claim = await dial(contactId, ownerEpoch);
      order.push(claim.number);
      const { decision } = await end(claim, 'no_answer');
      assert.ok(decision.next === 'dial');
      due.push(decision.redialAt);
      assert.deepEqual(await grantedTo(contactId), turn < 2 ? {} : { no_answer: 1 });
    }
    assert.deepEqual(order, numbers);
    const contact = await showContact(database.db, contactId);
    assert.ok(contact !== null);
    assert.equal(contact.nextAttemptAt, due[0], 'the first number is due first');
    assert.equal(contact.waitingFor, 'redial');
    assert.deepEqual(
      contact.numbers.map(({ nextAttemptAt }) => nextAttemptAt),
      due,
    );
    const fourth = await dial(contactId, ownerEpoch);
    assert.equal(fourth.number, numbers[0]);
    await end(fourth, 'no_answer');
    // One redial was left, for the number that is due next; none is for the last one.
    assert.deepEqual(await grantedTo(contactId), { no_answer: 2 });
    const fifth = await dial(contactId, ownerEpoch);
    assert.equal(fifth.number, numbers[1]);
    const { next, decision } = await end(fifth, 'no_answer');
    assert.deepEqual([next.step, decision.rule], ['end', 'numbers-exhausted']);
  });

  it('ends with the best result of all, those that wait for a redial included', async () => {
    const { numbers, contactId, ownerEpoch } = await contactWithNumbers({ max: 1 });
    await end(await dial(contactId, ownerEpoch), 'no_answer');
    await end(await dial(contactId, ownerEpoch), 'dialing_error');
    await end(await dial(contactId, ownerEpoch), 'invalid_number');
    const again = await dial(contactId, ownerEpoch);
    assert.equal(again.number, numbers[0]);
    await end(again, 'dialing_error');
    assert.equal((await showContact(database.db, contactId))?.callStatus, 'dialing_error');
    assert.deepEqual(
      again.numbers.map(({ callStatus, dialable, redial }) => [
        callStatus,
        dialable,
        redial !== null,
      ]),
      [
        [null, true, true],
        ['dialing_error', false, false],
        ['invalid_number', false, false],
      ],
    );
  });

  it('shows the numbers that wait for their redials and those whose first call is still to come', async () => {
    const { contactId, ownerEpoch } = await contactWithNumbers();
    await end(await dial(contactId, ownerEpoch), 'no_answer');
    assert.deepEqual(await numbersOf(contactId), [
      ['no_answer', 'redial'],
      [null, 'turn'],
      [null, 'earlier number'],
    ]);
    assert.equal((await showContact(database.db, contactId))?.waitingFor, 'turn');
  });

  it('leaves the redial of a number as it was when a call to another one was never sent', async () => {
    const { db } = database;
    const { numbers, contactId, ownerEpoch } = await contactWithNumbers();
    const { decision } = await end(await dial(contactId, ownerEpoch), 'no_answer');
    const due = decision.next === 'dial' ? decision.redialAt : assert.fail();
    const given = await dial(contactId, ownerEpoch);
    await releaseClaim(db, given.attemptId, { reason: 'calling_window', nextAttemptAt: null });
    const lost = await dial(contactId, ownerEpoch);
    const now = new Date().toISOString();
    await recordOutcome(db, { attemptId: lost.attemptId, state: 'not_placed', evidence: [], now });
    const claim = await dial(contactId, ownerEpoch);
    assert.equal(claim.number, numbers[1]);
    assert.equal(claim.numbers[0]?.redial?.dueAt, due);
    assert.equal(claim.numbers[0]?.redial?.callStatus, 'no_answer');
  });

  it('forgets all redials when it is settled', async () => {
    const { db } = database;
    const { campaignId, contactId, ownerEpoch } = await contactWithNumbers();
    await end(await dial(contactId, ownerEpoch), 'no_answer');
    const claim = await dial(contactId, ownerEpoch);
    await setCampaignState(db, campaignId, 'cancelled');
    await end(claim, 'no_answer');
    const left = await db<{ contact_id: ContactId; redial_at: Date | null }>('numbers')
      .where({ contact_id: contactId })
      .whereNotNull('redial_at');
    assert.deepEqual(left, []);
    assert.deepEqual(await numbersOf(contactId), [
      ['no_answer', null],
      ['no_answer', null],
      [null, 'not needed'],
    ]);
  });
});

describe('a claim that is refused for good while numbers wait for their redials', () => {
  const refused = { callStatus: 'restricted', scope: 'number' } as const;

  it('goes on with a number that was not dialled yet, else waits for the redial that is due first', async () => {
    const { db } = database;
    const { numbers, contactId, ownerEpoch } = await contactWithNumbers();
    const { decision } = await end(await dial(contactId, ownerEpoch), 'no_answer');
    const due = decision.next === 'dial' ? decision.redialAt : assert.fail();
    const third = await settleUndialled(db, contactId, refused);
    assert.deepEqual(third, { step: 'dial', at: null, trunks: [testTrunk] });
    assert.deepEqual(await grantedTo(contactId), {});
    const first = await settleUndialled(db, contactId, refused);
    assert.deepEqual(first, { step: 'dial', at: due, trunks: [testTrunk] });
    assert.equal((await showContact(db, contactId))?.nextAttemptAt, due);
    assert.deepEqual(await grantedTo(contactId), { no_answer: 1 });
    assert.equal((await dial(contactId, ownerEpoch)).number, numbers[0]);
  });

  it('ends when their redials are used up, with what they came to', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await contactWithNumbers({ max: 1 });
    await end(await dial(contactId, ownerEpoch), 'no_answer');
    await db('contacts')
      .where({ id: contactId })
      .update({ redials_granted: { no_answer: 1 } });
    await settleUndialled(db, contactId, refused);
    assert.deepEqual(await settleUndialled(db, contactId, refused), { step: 'end' });
    assert.equal((await showContact(db, contactId))?.callStatus, 'no_answer');
  });
});
