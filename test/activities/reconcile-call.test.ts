import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { claimAttempt } from '../../db/claim-attempt.ts';
import { findAttempt } from '../../db/find-attempt.ts';
import type { Database } from '../../db/open-database.ts';
import type { AttemptId, ContactId } from '../../domain/ids.ts';
import { dialable, newAttemptId, testTrunk } from '../support/campaign-fixture.ts';
import { evidenceOf } from '../support/scripted-link.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { createTrunkBench } from '../support/trunk-bench.ts';

describe('reconcileCall', { timeout: 60_000 }, () => {
  let test: TestDatabase;
  let db: Database;
  before(async () => {
    test = await createTestDatabase();
    db = test.db;
  });
  after(() => test.drop());

  /** An attempt that was claimed by a process that is gone. */
  async function orphan(ageMs = 0) {
    const campaign = await dialable(db);
    const { contactId, ownerEpoch } = campaign;
    const attemptId = newAttemptId();
    const claimed = await claimAttempt(db, { attemptId, contactId, trunk: testTrunk, ownerEpoch });
    assert.equal(claimed.kind, 'claimed');
    const claimed_at = new Date(Date.now() - ageMs);
    await db('attempts').where({ id: attemptId }).update({ claimed_at });
    return { ...campaign, attemptId, ...createTrunkBench(db, ownerEpoch) };
  }

  async function statusOf(contactId: ContactId) {
    const row = await db<{ id: ContactId; call_status: string | null; attempts_made: number }>(
      'contacts',
    )
      .where({ id: contactId } as object)
      .first('call_status', 'attempts_made');
    return [row?.call_status, row?.attempts_made];
  }

  it('bars an id that was never claimed, so that a late claim of it is refused', async () => {
    const { contactId, ownerEpoch } = await dialable(db);
    const { reconcile, place, link } = createTrunkBench(db, ownerEpoch);
    const attemptId: AttemptId = newAttemptId();
    const result = await reconcile(contactId, attemptId);
    assert.equal(result.result, 'not_placed');
    assert.equal((await findAttempt(db, attemptId))?.state, 'void');
    const late = await place(contactId, attemptId).result;
    assert.equal(late.result, 'blocked');
    assert.equal(link.sent.length, 0);
  });

  it('adopts a live call and records its real end', async () => {
    const { contactId, attemptId, link, reconcile } = await orphan(60_000);
    link.live.set(attemptId, Promise.resolve(evidenceOf.answered));
    const result = await reconcile(contactId, attemptId);
    assert.ok(result.result === 'settled');
    assert.equal(result.callStatus, 'answered');
    assert.deepEqual(await statusOf(contactId), ['answered', 1]);
  });

  it('takes an adopted channel that was up as an answer, though nobody heard it', async () => {
    const { contactId, attemptId, link, reconcile } = await orphan(60_000);
    const at = '2026-01-05T12:00:00.000Z';
    link.live.set(
      attemptId,
      Promise.resolve([
        { kind: 'gap', at, why: 'adopted' },
        { kind: 'channel_state', at, state: 'Up' },
        { kind: 'hangup', at, half: 1, cause: 16, causeText: 'Normal Clearing', techCause: null },
      ]),
    );
    const result = await reconcile(contactId, attemptId);
    assert.ok(result.result === 'settled');
    assert.equal(result.callStatus, 'answered');
  });

  it('concludes unconfirmed when the PBX knows no such channel, and dials nobody', async () => {
    const { contactId, attemptId, link, reconcile } = await orphan(60_000);
    const result = await reconcile(contactId, attemptId);
    assert.ok(result.result === 'settled');
    assert.equal(result.callStatus, 'unconfirmed');
    assert.deepEqual(result.next, { step: 'end' });
    assert.deepEqual(await statusOf(contactId), ['unconfirmed', 1]);
    assert.equal(link.sent.length, 0);
  });

  it('concludes nothing before ten seconds after the claim', async () => {
    const { contactId, attemptId, reconcile } = await orphan(9_000);
    const settled = reconcile(contactId, attemptId);
    assert.equal((await findAttempt(db, attemptId))?.state, 'sending');
    await settled;
    const attempt = await findAttempt(db, attemptId);
    assert.equal(attempt?.state, 'unconfirmed');
    assert.ok(Date.now() - Date.parse(attempt?.claimedAt ?? '') >= 10_000);
  });

  it('records evidence that travelled with the request', async () => {
    const { contactId, attemptId, reconcile } = await orphan();
    const result = await reconcile(contactId, attemptId, { evidence: evidenceOf.busy });
    assert.ok(result.result === 'settled');
    assert.equal(result.callStatus, 'busy');
  });

  it('puts the counters back when this process knows that nothing was sent', async () => {
    const { contactId, attemptId, deps, reconcile } = await orphan();
    deps.registry.noteNeverSent(attemptId);
    const result = await reconcile(contactId, attemptId);
    assert.equal(result.result, 'not_placed');
    assert.deepEqual(await statusOf(contactId), [null, 0]);
    assert.equal((await findAttempt(db, attemptId))?.state, 'not_placed');
  });

  it('keeps the outcome that was recorded first', async () => {
    const { contactId, attemptId, link, reconcile } = await orphan(60_000);
    await reconcile(contactId, attemptId, { evidence: evidenceOf.busy });
    link.live.set(attemptId, Promise.resolve(evidenceOf.answered));
    const second = await reconcile(contactId, attemptId);
    assert.ok(second.result === 'settled');
    assert.equal(second.callStatus, 'busy');
    assert.deepEqual(await statusOf(contactId), ['busy', 1]);
  });

  it('joins a call that this process still holds', async () => {
    const { contactId, ownerEpoch } = await dialable(db);
    const { place, reconcile, link } = createTrunkBench(db, ownerEpoch);
    const sent = new Promise<void>((resolve) => (link.onSent = () => resolve()));
    const { attemptId, result } = place(contactId);
    await sent;
    const reconciled = reconcile(contactId, attemptId);
    link.sent[0]?.end(...evidenceOf.answered);
    await result;
    const joined = await reconciled;
    assert.ok(joined.result === 'settled');
    assert.equal(joined.callStatus, 'answered');
    assert.equal(link.sent.length, 1);
  });

  it('waits for a PBX that cannot be asked, by failing so that Temporal asks again', async () => {
    const { contactId, attemptId, link, reconcile } = await orphan(60_000);
    link.isBooted = false;
    await assert.rejects(reconcile(contactId, attemptId), /not booted/);
    assert.equal((await findAttempt(db, attemptId))?.state, 'sending');
  });
});
