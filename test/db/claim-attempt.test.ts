import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { claimAttempt, type ClaimResult } from '../../db/claim-attempt.ts';
import type { AttemptId, ContactId } from '../../domain/ids.ts';
import {
  contactToInsert,
  dialable,
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

function claim(
  contactId: ContactId,
  ownerEpoch: number,
  attemptId: AttemptId = newAttemptId(),
): Promise<ClaimResult> {
  return claimAttempt(database.db, { attemptId, contactId, trunk: testTrunk, ownerEpoch });
}


describe('claiming an attempt', () => {
  it('raises every counter once and returns what the rules need', async () => {
    const { db } = database;
    const { contactId, ownerEpoch, name } = await dialable(db, [
      contactToInsert(['+525511110001', '+525511110002'], { timeZone: 'America/Mexico_City' }),
    ]);
    const result = await claim(contactId, ownerEpoch);
    assert.ok(result.kind === 'claimed');
    const { claim: made } = result;
    assert.equal(made.number, '+525511110001');
    assert.equal(made.attemptNo, 1);
    assert.equal(made.attempts, 1);
    assert.equal(made.settingsVersion, 1);
    assert.equal(made.timeZone, 'America/Mexico_City');
    assert.equal(made.assignedAgent, null);
    assert.deepEqual(made.retargetedCampaigns, [name]);
    assert.deepEqual(
      made.numbers.map(({ id, ...rest }) => rest),
      Array(2).fill({ callStatus: null, dialStatus: null, settledAt: null, dialable: true }),
    );
    assert.equal(made.numbers[0]?.id, made.numberId);
    const contact = await db('contacts').where({ id: contactId }).first<Record<string, unknown>>();
    assert.equal(contact['attempts_made'], 1);
    assert.equal(contact['live_attempt_id'], made.attemptId);
    const number = await db('numbers')
      .where({ id: made.numberId })
      .first<Record<string, unknown>>();
    assert.equal(number['attempts_made'], 1);
    assert.equal(number['day_attempts'], 1);
    const phone = await db('phones')
      .where({ phone_key: phoneKeyOf('+525511110001') })
      .first<Record<string, unknown>>();
    assert.equal(phone['attempts_made'], 1);
  });
});
