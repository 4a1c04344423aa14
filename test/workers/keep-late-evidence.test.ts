import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { attemptsOfContact } from '../../db/attempts-list.ts';
import type { EvidenceEvent } from '../../domain/evidence.ts';
import { createLateEvidenceKeeper } from '../../workers/keep-late-evidence.ts';
import { claimed, endAttempt, redial } from '../support/attempt-fixture.ts';
import { dialable } from '../support/campaign-fixture.ts';
import { createKeptLog } from '../support/kept-log.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { waitFor } from '../support/wait-for.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database.drop());

const trunk = { reasonDialect: 'asterisk', reportsRinging: true } as const;
const answer: EvidenceEvent = {
  kind: 'channel_state',
  at: '2026-01-01T00:00:00.000Z',
  state: 'Up',
};

describe('late evidence that a link heard', () => {
  it('waits for the outcome of its attempt, and then changes it', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await dialable(db);
    const claim = await claimed(db, contactId, ownerEpoch);
    const { log, lines } = createKeptLog();
    const keeper = createLateEvidenceKeeper(db, trunk, log, 20);
    keeper.hear(claim.attemptId, answer);
    await waitFor(async () => (await attemptsOfContact(db, contactId))[0]?.evidence.length === 1);
    const decision = redial(claim, 'no_answer', new Date(Date.now() + 3_600_000));
    await endAttempt(db, claim.attemptId, { callStatus: 'unconfirmed', decision });
    await waitFor(async () => {
      const [attempt] = await attemptsOfContact(db, contactId);
      return attempt?.callStatus === 'answered';
    });
    await waitFor(() =>
      Promise.resolve(lines().some((line) => line.includes('late evidence kept'))),
    );
    keeper.stop();
  });

  it('is dropped when the channel was no attempt, and given up when the owner stops', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await dialable(db);
    const claim = await claimed(db, contactId, ownerEpoch);
    const { log, lines } = createKeptLog();
    const keeper = createLateEvidenceKeeper(db, trunk, log, 20);
    keeper.hear(randomUUID(), answer);
    keeper.hear(claim.attemptId, answer);
    await waitFor(async () => (await attemptsOfContact(db, contactId))[0]?.evidence.length === 1);
    keeper.stop();
    await waitFor(() => Promise.resolve(lines().length > 0));
    assert.equal(lines().length, 1);
    assert.match(lines()[0] ?? '', /left unjudged: stopping/);
  });
});
