import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { addLateEvidence } from '../../db/add-late-evidence.ts';
import { attemptsOfContact } from '../../db/attempts-list.ts';
import { insertVoidAttempt } from '../../db/insert-void-attempt.ts';
import { recordOutcome } from '../../db/record-outcome.ts';
import { showContact } from '../../db/show-contact.ts';
import { classifyCall } from '../../domain/classify-call.ts';
import type { EvidenceEvent } from '../../domain/evidence.ts';
import type { AttemptId, ContactId } from '../../domain/ids.ts';
import { claimed, redial } from '../support/attempt-fixture.ts';
import { dialable, newAttemptId, testTrunk } from '../support/campaign-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database.drop());

const trunk = { reasonDialect: 'asterisk', reportsRinging: true } as const;
const at = (second: number) => new Date(Date.UTC(2026, 10, 22, 12, 0, second)).toISOString();
const success: EvidenceEvent = { kind: 'response', at: at(5), response: 'Success', reason: 4 };
const failure: EvidenceEvent = { kind: 'response', at: at(5), response: 'Failure', reason: 0 };
const busy: EvidenceEvent = {
  kind: 'hangup',
  at: at(6),
  half: 1,
  cause: 17,
  causeText: 'User busy',
  techCause: null,
};
const transfer: EvidenceEvent = {
  kind: 'transfer',
  at: at(9),
  how: 'blind',
  result: 'success',
  destination: '2001',
};

/** An attempt whose outcome was read from this evidence; its contact waits for a redial. */
async function recorded(evidence: readonly EvidenceEvent[]) {
  const { db } = database;
  const { contactId, ownerEpoch } = await dialable(db);
  const claim = await claimed(db, contactId, ownerEpoch);
  const classification = classifyCall(evidence, trunk);
  await recordOutcome(db, {
    attemptId: claim.attemptId,
    state: classification.callStatus === 'unconfirmed' ? 'unconfirmed' : 'ended',
    classification,
    evidence,
    decision: redial(claim, 'busy', new Date(Date.now() + 3_600_000)),
    now: at(30),
  });
  return { contactId, attemptId: claim.attemptId };
}

const tell = (attemptId: AttemptId, event: EvidenceEvent) =>
  addLateEvidence(database.db, { attemptId, event, trunk });

async function attemptOf(contactId: ContactId) {
  const [attempt] = await attemptsOfContact(database.db, contactId);
  return attempt ?? assert.fail();
}

describe('late evidence', () => {
  it('changes an outcome that was unknown, and is kept behind what was recorded', async () => {
    const { contactId, attemptId } = await recorded([failure]);
    const unknown = await recorded([]);
    assert.deepEqual(await tell(unknown.attemptId, busy), { isRecorded: true, changed: true });
    const attempt = await attemptOf(unknown.contactId);
    assert.deepEqual(
      [attempt.callStatus, attempt.state, attempt.rule, attempt.cause, attempt.endedAt],
      ['busy', 'ended', 'q850-17', 17, busy.at],
    );
    assert.deepEqual(attempt.evidence, [busy]);
    // The same event says nothing of a call that has a status.
    assert.deepEqual(await tell(attemptId, busy), { isRecorded: true, changed: false });
    const kept = await attemptOf(contactId);
    assert.deepEqual([kept.callStatus, kept.evidence], ['dialing_error', [failure, busy]]);
  });

  it('settles a waiting contact that was connected after all, and leaves a trace', async () => {
    const { db } = database;
    const { contactId, attemptId } = await recorded([failure, busy]);
    assert.deepEqual(await tell(attemptId, success), { isRecorded: true, changed: true });
    const contact = await showContact(db, contactId);
    assert.deepEqual([contact?.callStatus, contact?.dialStatus], ['answered', 'ANSWER']);
    const traces = await db('reclassifications')
      .where({ attempt_id: attemptId })
      .select('because', 'audit_id', 'from_rule', 'to_rule');
    assert.deepEqual(traces, [
      {
        because: 'late_evidence',
        audit_id: null,
        from_rule: 'q850-17',
        to_rule: 'response-answer',
      },
    ]);
  });

  it('makes an answered call a transferred one, with its destination', async () => {
    const { contactId, attemptId } = await recorded([success]);
    await tell(attemptId, transfer);
    const attempt = await attemptOf(contactId);
    assert.deepEqual([attempt.callStatus, attempt.transferredTo], ['transferred', '2001']);
  });

  it('never makes a connected call an unconnected one', async () => {
    const { contactId, attemptId } = await recorded([success]);
    for (const event of [busy, failure]) {
      assert.deepEqual(await tell(attemptId, event), { isRecorded: true, changed: false });
    }
    assert.equal((await attemptOf(contactId)).callStatus, 'answered');
  });

  it('is kept once, however often and by however many it is told', async () => {
    const { contactId, attemptId } = await recorded([success]);
    const results = await Promise.all([
      ...Array.from({ length: 6 }, () => tell(attemptId, transfer)),
      // Spelt in another order.
      tell(attemptId, Object.fromEntries(Object.entries(transfer).reverse()) as EvidenceEvent),
      tell(attemptId, success),
    ]);
    assert.equal(results.filter(({ changed }) => changed).length, 1);
    assert.deepEqual((await attemptOf(contactId)).evidence, [success, transfer]);
  });

  it('of two tellers is judged together', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { contactId, attemptId } = await recorded([]);
      await Promise.all([success, busy, transfer].map((event) => tell(attemptId, event)));
      const attempt = await attemptOf(contactId);
      assert.deepEqual([attempt.callStatus, attempt.evidence.length], ['transferred', 3]);
    }
  });

  it('is kept for an attempt without an outcome, and judged when it is told again', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await dialable(db);
    const { attemptId } = await claimed(db, contactId, ownerEpoch);
    assert.deepEqual(await tell(attemptId, success), { isRecorded: false, changed: false });
    await recordOutcome(db, {
      attemptId,
      state: 'unconfirmed',
      classification: classifyCall([], trunk),
      evidence: [],
      decision: { next: 'end', callStatus: 'unconfirmed', dialStatus: null, rule: 'unconfirmed' },
      now: at(30),
    });
    assert.deepEqual(await tell(attemptId, success), { isRecorded: true, changed: true });
    assert.equal((await showContact(db, contactId))?.callStatus, 'answered');
    assert.equal((await attemptOf(contactId)).evidence.length, 1);
  });

  it('changes nothing of an attempt that was proven never placed', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await dialable(db);
    const { attemptId } = await claimed(db, contactId, ownerEpoch);
    await recordOutcome(db, { attemptId, state: 'not_placed', evidence: [], now: at(30) });
    assert.deepEqual(await tell(attemptId, success), { isRecorded: true, changed: false });
    assert.equal((await attemptOf(contactId)).state, 'not_placed');
  });

  it('of an unknown attempt, or of one that only bars its id, is refused', async () => {
    const { db } = database;
    const { contactId } = await dialable(db);
    const barred = newAttemptId();
    await insertVoidAttempt(db, { attemptId: barred, contactId, trunk: testTrunk });
    for (const attemptId of [barred, newAttemptId()]) {
      await assert.rejects(tell(attemptId, success), { code: 'UNKNOWN_ATTEMPT' });
    }
  });
});
