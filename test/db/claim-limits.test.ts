import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ClaimResult } from '../../db/claim-attempt.ts';
import type { Database } from '../../db/open-database.ts';
import { recordOutcome } from '../../db/record-outcome.ts';
import { releaseClaim } from '../../db/release-claim.ts';
import { retargetContact } from '../../db/retarget-contact.ts';
import { settleUndialled } from '../../db/settle-undialled.ts';
import { showContact } from '../../db/show-contact.ts';
import { raiseOwnerEpoch } from '../../db/trunks.ts';
import type { CallStatus } from '../../domain/call-status.ts';
import type { CampaignSettings, Cap, LimitScope } from '../../domain/campaign-settings.ts';
import type { AttemptId, CampaignId, ContactId } from '../../domain/ids.ts';
import { judgeClaim } from '../../domain/judge-claim.ts';
import type { PastAttempt } from '../../domain/judge-limits.ts';
import { claimContact, claimed, endAttempt, reasonOf, redial } from '../support/attempt-fixture.ts';
import {
  contactToInsert,
  dialable,
  insertCampaign,
  insertTestContacts,
  newAttemptId,
  phoneKeyOf,
  testTrunk,
} from '../support/campaign-fixture.ts';
import { untilSomebodyWaits } from '../support/until-somebody-waits.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database.drop());

const hourMs = 3_600_000;

function cap(max: number, perMs: number | null, scope: LimitScope = 'person'): Cap {
  return { rule: `test: ${max}`, max, perMs, scope, counts: null };
}

const capped = (...caps: Cap[]): Partial<CampaignSettings> => ({ caps });
const noCaps = { perContact: null, perNumberPerDay: null };

let lastShared = 0;
/** A number of its own for each test. */
function sharedNumber(): string {
  lastShared += 1;
  return `+52551990${String(lastShared).padStart(4, '0')}`;
}

async function contactIn(number: string, settings: Partial<CampaignSettings> = {}) {
  const { campaignId } = await insertCampaign(database.db, settings);
  const [contactId] = await insertTestContacts(database.db, campaignId, [
    contactToInsert([number]),
  ]);
  assert.ok(contactId !== undefined);
  return { campaignId, contactId };
}

/** Dials a contact once and leaves it due again. */
async function dialOnce(
  contactId: ContactId,
  ownerEpoch: number,
  callStatus: CallStatus = 'busy',
): Promise<AttemptId> {
  const { db } = database;
  const claim = await claimed(db, contactId, ownerEpoch);
  await endAttempt(db, claim.attemptId, { callStatus, decision: redial(claim, 'busy') });
  return claim.attemptId;
}

/** As if all attempts of a phone had been made that much earlier. */
async function shiftBack(number: string, ms: number): Promise<void> {
  await database.db.transaction(async (trx) => {
    // What is recorded is never rewritten; a test of the passing of time must.
    await trx.raw('alter table attempts disable trigger attempts_immutable');
    await trx.raw(
      `update attempts set claimed_at = claimed_at - :ms * interval '1 millisecond',
         recorded_at = recorded_at - :ms * interval '1 millisecond'
       where phone_key = :key`,
      { ms, key: phoneKeyOf(number) },
    );
    await trx.raw('alter table attempts enable trigger attempts_immutable');
  });
}

function historyOf(result: ClaimResult): readonly PastAttempt[] {
  assert.equal(reasonOf(result), 'claimed');
  return result.kind === 'claimed' ? result.history : assert.fail();
}

async function epoch(): Promise<number> {
  return raiseOwnerEpoch(database.db, testTrunk, 'test');
}

describe('the history that a claim returns', () => {
  it('holds every attempt of the phone, in whatever campaign, and says which scopes it is in', async () => {
    const { db } = database;
    const number = sharedNumber();
    const other = await contactIn(number);
    const own = await contactIn(number, capped(cap(9, hourMs)));
    const ownerEpoch = await epoch();
    await dialOnce(other.contactId, ownerEpoch, 'no_answer');
    await dialOnce(own.contactId, ownerEpoch, 'busy');
    const history = historyOf(await claimContact(db, own.contactId, ownerEpoch));
    assert.deepEqual(
      history.map(({ callStatus, scopes }) => ({ callStatus, scopes })).sort(byStatus),
      [
        { callStatus: 'busy', scopes: ['person', 'campaign', 'contact'] },
        { callStatus: 'no_answer', scopes: ['person'] },
      ],
    );
  });

  it('holds the attempts of the contact to its other numbers, and those it had before it was retargeted', async () => {
    const { db } = database;
    const numbers = [sharedNumber(), sharedNumber()];
    const { contactId, ownerEpoch } = await dialable(db, [contactToInsert(numbers)]);
    const target = await insertCampaign(db, capped(cap(9, hourMs, 'contact')));
    const first = await claimed(db, contactId, ownerEpoch);
    const second = first.numbers[1];
    assert.ok(second !== undefined);
    const next = { ...redial(first, 'busy'), numberId: second.id };
    await endAttempt(db, first.attemptId, { callStatus: 'busy', decision: next });
    await dialOnce(contactId, ownerEpoch, 'no_answer');
    const moved = await db.transaction((trx) =>
      retargetContact(trx, contactId, { campaignId: target.campaignId }),
    );
    assert.ok('newContactId' in moved);
    const history = historyOf(await claimContact(db, moved.newContactId, ownerEpoch));
    assert.deepEqual(
      history.map(({ callStatus, scopes }) => ({ callStatus, scopes })).sort(byStatus),
      [
        { callStatus: 'busy', scopes: ['person', 'contact'] },
        { callStatus: 'no_answer', scopes: ['contact'] },
      ],
    );
  });

  it('goes back as far as the longest limit, and is not read at all without limits', async () => {
    const { db } = database;
    const number = sharedNumber();
    const plain = await contactIn(number);
    const hour = await contactIn(number, capped(cap(9, 60_000), cap(9, hourMs)));
    const day = await contactIn(number, { attempts: { ...noCaps, perPersonPerDay: 9 } });
    const rest = { rule: 'test', after: ['busy'], forMs: 3 * hourMs, scope: 'person' } as const;
    const coolOff = await contactIn(number, { coolOffs: [rest] });
    const ownerEpoch = await epoch();
    await dialOnce(plain.contactId, ownerEpoch);
    await shiftBack(number, 2 * hourMs);
    const counts: number[] = [];
    for (const { contactId } of [plain, hour, day, coolOff]) {
      const attemptId = newAttemptId();
      const result = await claimContact(db, contactId, ownerEpoch, attemptId);
      counts.push(historyOf(result).length);
      await releaseClaim(db, attemptId, { reason: 'cap', nextAttemptAt: null });
    }
    assert.deepEqual(counts, [0, 0, 1, 1]);
  });

  it('holds an attempt that could not be confirmed, and none that was never placed, barred or given back', async () => {
    const { db } = database;
    const number = sharedNumber();
    const { contactId } = await contactIn(number, capped(cap(9, hourMs)));
    const ownerEpoch = await epoch();
    const unplaced = await claimed(db, contactId, ownerEpoch);
    const now = new Date().toISOString();
    await recordOutcome(db, {
      attemptId: unplaced.attemptId,
      state: 'not_placed',
      evidence: [],
      now,
    });
    await dialOnce(contactId, ownerEpoch, 'unconfirmed');
    const given = await claimed(db, contactId, ownerEpoch);
    await releaseClaim(db, given.attemptId, { reason: 'cap', nextAttemptAt: null });
    const history = historyOf(await claimContact(db, contactId, ownerEpoch));
    assert.deepEqual(
      history.map(({ callStatus }) => callStatus),
      ['unconfirmed'],
    );
    const [attempt] = history;
    assert.ok(attempt?.endedAtMs != null && attempt.endedAtMs <= Date.now() + 1);
    assert.ok(attempt.atMs <= attempt.endedAtMs + 1);
  });
});

function byStatus(a: { callStatus: unknown }, b: { callStatus: unknown }): number {
  return String(a.callStatus).localeCompare(String(b.callStatus));
}

describe('attempts.perPerson', () => {
  it('ends the number as restricted once the phone was dialled that often, in whatever campaign', async () => {
    const { db } = database;
    const number = sharedNumber();
    const other = await contactIn(number);
    const attempts = { ...noCaps, perPerson: 2 };
    const { campaignId } = await insertCampaign(db, { attempts });
    const spare = sharedNumber();
    const [contactId] = await insertTestContacts(db, campaignId, [
      contactToInsert([number, spare]),
    ]);
    assert.ok(contactId !== undefined);
    const ownerEpoch = await epoch();
    await dialOnce(other.contactId, ownerEpoch);
    await dialOnce(other.contactId, ownerEpoch);
    const refused = await claimContact(db, contactId, ownerEpoch);
    assert.equal(reasonOf(refused), 'person_cap');
    const next = await settleUndialled(db, contactId, {
      callStatus: 'restricted',
      scope: 'number',
    });
    assert.equal(next.step, 'dial');
    const claim = await claimed(db, contactId, ownerEpoch);
    assert.equal(claim.number, spare);
    const shown = await showContact(db, contactId);
    assert.equal(shown?.numbers[0]?.callStatus, 'restricted');
  });

  it('counts the attempts of contacts that were deleted', async () => {
    const { db } = database;
    const number = sharedNumber();
    const gone = await contactIn(number);
    const { contactId } = await contactIn(number, { attempts: { ...noCaps, perPerson: 1 } });
    const ownerEpoch = await epoch();
    await dialOnce(gone.contactId, ownerEpoch);
    await db('contacts').where({ id: gone.contactId }).delete();
    assert.equal(reasonOf(await claimContact(db, contactId, ownerEpoch)), 'person_cap');
  });

  it('does not end a number because of an attempt that may still turn out never to have been placed', async () => {
    const { db } = database;
    const number = sharedNumber();
    const other = await contactIn(number);
    const { contactId } = await contactIn(number, { attempts: { ...noCaps, perPerson: 1 } });
    const ownerEpoch = await epoch();
    const live = await claimed(db, other.contactId, ownerEpoch);
    assert.equal(reasonOf(await claimContact(db, contactId, ownerEpoch)), 'phone_in_call');
    await releaseClaim(db, live.attemptId, { reason: 'cap', nextAttemptAt: null });
    await db('contacts').where({ id: contactId }).update({ next_attempt_at: null });
    await claimed(db, contactId, ownerEpoch);
  });
});

describe('a claim that waited for a lock', () => {
  const settings = capped(cap(9, hourMs));

  it('sees a whole call of another contact that was made meanwhile', async () => {
    const { db } = database;
    const number = sharedNumber();
    const other = await contactIn(number);
    const { contactId } = await contactIn(number, settings);
    const ownerEpoch = await epoch();
    const waiting = await db.transaction(async (trx) => {
      const { attemptId } = await claimed(trx, other.contactId, ownerEpoch);
      const result = claimContact(db, contactId, ownerEpoch);
      await untilSomebodyWaits(db);
      await endAttempt(trx, attemptId, { callStatus: 'abandoned' });
      // Not awaited: it waits for this transaction.
      return { result };
    });
    const history = historyOf(await waiting.result);
    assert.deepEqual(
      history.map(({ callStatus }) => callStatus),
      ['abandoned'],
    );
  });

  it('sees how its own contact’s attempt ended meanwhile', async () => {
    const { db } = database;
    const { contactId } = await contactIn(sharedNumber(), settings);
    const ownerEpoch = await epoch();
    const live = await claimed(db, contactId, ownerEpoch);
    const waiting = await db.transaction(async (trx) => {
      await trx.raw('select from contacts where id = :contactId for update', { contactId });
      const result = claimContact(db, contactId, ownerEpoch);
      await untilSomebodyWaits(db);
      const decision = redial(live, 'abandoned');
      await endAttempt(trx, live.attemptId, { callStatus: 'abandoned', decision });
      return { result };
    });
    const history = historyOf(await waiting.result);
    assert.deepEqual(
      history.map(({ callStatus }) => callStatus),
      ['abandoned'],
    );
  });

  it('ends no number because of an attempt that was claimed meanwhile, and may not be placed', async () => {
    const { db } = database;
    const number = sharedNumber();
    const other = await contactIn(number);
    const { contactId } = await contactIn(number, { attempts: { ...noCaps, perPerson: 1 } });
    const ownerEpoch = await epoch();
    const waiting = await db.transaction(async (trx) => {
      await claimed(trx, other.contactId, ownerEpoch);
      const result = claimContact(db, contactId, ownerEpoch);
      await untilSomebodyWaits(db);
      return { result };
    });
    assert.equal(reasonOf(await waiting.result), 'phone_in_call');
  });
});

/** Claims, judges and ends or gives back, as placeCall does; true when it dialled. */
async function dialAsRuled(db: Database, contactId: ContactId, ownerEpoch: number) {
  const result = await claimContact(db, contactId, ownerEpoch).catch((error: unknown) => {
    if ((error as { code?: string }).code === 'CLAIM_CONTENDED') return null;
    throw error;
  });
  if (result?.kind !== 'claimed') return false;
  const { claim, history } = result;
  const verdict = judgeClaim({ ...claim, history }, new Date(claim.claimedAt));
  if (!verdict.allowed) {
    const { reason, rule } = verdict;
    await releaseClaim(db, claim.attemptId, { reason, rule, nextAttemptAt: null });
    return false;
  }
  await endAttempt(db, claim.attemptId, { callStatus: 'busy', decision: redial(claim, 'busy') });
  return true;
}

/** Many at once, over and over, until each has asked `rounds` times. */
async function everyoneDials(number: string, settings: Partial<CampaignSettings>) {
  const { db } = database;
  const people: { contactId: ContactId; campaignId: CampaignId }[] = [];
  for (let index = 0; index < 8; index += 1) people.push(await contactIn(number, settings));
  const ownerEpoch = await epoch();
  let dialled = 0;
  await Promise.all(
    people.map(async ({ contactId }) => {
      for (let round = 0; round < 12; round += 1) {
        await db('contacts').where({ id: contactId }).update({ next_attempt_at: null });
        if (await dialAsRuled(db, contactId, ownerEpoch)) dialled += 1;
      }
    }),
  );
  const { rows } = await db.raw<{ rows: { count: number }[] }>(
    "select count(*)::int from attempts where phone_key = ? and state <> 'void'",
    [phoneKeyOf(number)],
  );
  assert.equal(rows[0]?.count, dialled);
  return dialled;
}

describe('many claims of one phone at the same moment', () => {
  const limits: Record<string, Partial<CampaignSettings>> = {
    'a cap of 3 in 24 hours': capped(cap(3, 24 * hourMs)),
    'attempts.perPersonPerDay: 3': { attempts: { ...noCaps, perPersonPerDay: 3 } },
    'attempts.perPerson: 3': { attempts: { ...noCaps, perPerson: 3 } },
  };
  for (const [what, settings] of Object.entries(limits)) {
    it(`never exceed ${what}, and reach it`, async () => {
      assert.equal(await everyoneDials(sharedNumber(), settings), 3);
    });
  }

  it('see a cool-off that began while they waited for the phone', async () => {
    const rest = { rule: 'test', after: ['busy'], forMs: hourMs, scope: 'person' } as const;
    assert.equal(await everyoneDials(sharedNumber(), { coolOffs: [rest] }), 1);
  });
});
