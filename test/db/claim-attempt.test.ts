import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { claimAttempt } from '../../db/claim-attempt.ts';
import { addSuppressions } from '../../db/suppressions.ts';
import { insertVoidAttempt } from '../../db/insert-void-attempt.ts';
import { reassignContact } from '../../db/reassign-contact.ts';
import { callContactNow } from '../../db/call-contact-now.ts';
import { setCampaignState } from '../../db/set-campaign-state.ts';
import { raiseOwnerEpoch, unresolvedAttempts } from '../../db/trunks.ts';
import type { CampaignId, ContactId } from '../../domain/ids.ts';
import {
  contactToInsert,
  dialable,
  insertCampaign,
  insertTestContacts,
  newAttemptId,
  phoneKeyOf,
  testTrunk,
} from '../support/campaign-fixture.ts';
import { claimContact, claimed, endAttempt, reasonOf, redial } from '../support/attempt-fixture.ts';
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

describe('claiming an attempt', () => {
  it('raises every counter once and returns what the rules need', async () => {
    const { db } = database;
    const { contactId, ownerEpoch, name } = await dialable(db, [
      contactToInsert(['+525511110001', '+525511110002'], { timeZone: 'America/Mexico_City' }),
    ]);
    const made = await claimed(db, contactId, ownerEpoch);
    assert.equal(made.number, '+525511110001');
    assert.equal(made.attemptNo, 1);
    assert.equal(made.attempts, 1);
    assert.equal(made.settingsVersion, 1);
    assert.equal(made.timeZone, 'America/Mexico_City');
    assert.equal(made.assignedAgent, null);
    assert.deepEqual(made.retargetedCampaigns, [name]);
    const unsettled = { callStatus: null, dialStatus: null, settledAt: null };
    const fresh = { ...unsettled, dialable: true, redial: null };
    assert.equal(made.numbers[0]?.id, made.numberId);
    assert.deepEqual(
      made.numbers.map((number) => ({ ...number, id: null })),
      [
        { id: null, ...fresh },
        { id: null, ...fresh },
      ],
    );
    const contact = await contactRow(contactId);
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

  it('is granted once when fifty ask for the same contact', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await dialable(db);
    const results = await Promise.all(
      Array.from({ length: 50 }, () => claimContact(db, contactId, ownerEpoch)),
    );
    const counts = tally(results.map(reasonOf));
    assert.deepEqual(counts, { claimed: 1, attempt_in_progress: 49 });
    const granted = results.find((result) => result.kind === 'claimed');
    for (const result of results) {
      if (result.kind !== 'refused') continue;
      assert.deepEqual(result.liveAttempt, {
        id: granted?.kind === 'claimed' ? granted.claim.attemptId : '',
        trunk: testTrunk,
      });
    }
    assert.equal((await contactRow(contactId))['attempts_made'], 1);
  });

  it('is granted once when fifty contacts share one phone', async () => {
    const { db } = database;
    const ownerEpoch = await raiseOwnerEpoch(db, testTrunk, 'test');
    const contactIds: ContactId[] = [];
    for (let index = 0; index < 50; index += 1) {
      const { campaignId } = await insertCampaign(db);
      const shared = [contactToInsert(['+525511120000'])];
      contactIds.push(...(await insertTestContacts(db, campaignId, shared)));
    }
    const results = await Promise.all(
      contactIds.map((contactId) => claimContact(db, contactId, ownerEpoch)),
    );
    assert.deepEqual(tally(results.map(reasonOf)), { claimed: 1, phone_in_call: 49 });
    const { rows } = await db.raw<{ rows: { raised: number; waiting: number }[] }>(
      `select sum(attempts_made)::int as raised,
         count(*) filter (where waiting_for = 'phone_in_call' and next_attempt_at > now())::int as waiting
       from contacts where id = any(?)`,
      [contactIds],
    );
    assert.deepEqual(rows[0], { raised: 1, waiting: 49 });
  });

  it('returns the attempt that an id stands for already, and never grants the id twice', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await dialable(db);
    const attemptId = newAttemptId();
    const results = await Promise.all(
      Array.from({ length: 20 }, () => claimContact(db, contactId, ownerEpoch, attemptId)),
    );
    assert.deepEqual(tally(results.map(reasonOf)), { claimed: 1, existing: 19 });
    await endAttempt(db, attemptId, { callStatus: 'busy' });
    const late = await claimContact(db, contactId, ownerEpoch, attemptId);
    assert.ok(late.kind === 'existing');
    assert.equal(late.attempt.state, 'ended');
  });

  it('returns one id that two contacts claim at once to one of them only', async () => {
    const { db } = database;
    const { contactIds, ownerEpoch } = await dialable(
      db,
      Array.from({ length: 10 }, () => contactToInsert()),
    );
    const attemptId = newAttemptId();
    const results = await Promise.all(
      contactIds.map((contactId) => claimContact(db, contactId, ownerEpoch, attemptId)),
    );
    assert.deepEqual(tally(results.map(reasonOf)), { claimed: 1, existing: 9 });
  });

  it('finds an id that was barred, also when the bar comes at the same moment', async () => {
    const { db } = database;
    const { contactIds, ownerEpoch } = await dialable(
      db,
      Array.from({ length: 30 }, () => contactToInsert()),
    );
    for (const contactId of contactIds) {
      const attemptId = newAttemptId();
      const [result, isBarred] = await Promise.all([
        claimContact(db, contactId, ownerEpoch, attemptId),
        insertVoidAttempt(db, { attemptId, contactId, trunk: testTrunk }),
      ]);
      assert.equal(reasonOf(result), isBarred ? 'existing' : 'claimed');
      if (result.kind === 'existing') assert.equal(result.attempt.state, 'void');
    }
    const attemptId = newAttemptId();
    const [contactId] = contactIds;
    assert.ok(contactId !== undefined);
    assert.equal(
      await insertVoidAttempt(db, { attemptId, contactId, trunk: testTrunk }),
      true,
      'barred before the claim',
    );
    assert.equal(reasonOf(await claimContact(db, contactId, ownerEpoch, attemptId)), 'existing');
  });
});

interface Scene {
  readonly campaignId: CampaignId;
  readonly contactId: ContactId;
  readonly ownerEpoch: number;
}

interface RefusalCase {
  readonly reason: string;
  readonly settings?: Parameters<typeof dialable>[2];
  /** Brings the scene about; may name another epoch or contact. */
  readonly given: (scene: Scene) => Promise<Partial<Scene> | void>;
  /** What is stored, so that the numbers list tells the truth. */
  readonly stored?: string | null;
  /** The rule that is named, and stored with it. */
  readonly rule?: string;
  readonly retries?: boolean;
}

const refusals: RefusalCase[] = [
  {
    reason: 'unknown_contact',
    given: () => Promise.resolve({ contactId: newAttemptId() as unknown as ContactId }),
  },
  {
    reason: 'settled',
    async given({ contactId, ownerEpoch }) {
      const { attemptId } = await claimed(database.db, contactId, ownerEpoch);
      await endAttempt(database.db, attemptId, { callStatus: 'answered' });
    },
  },
  {
    reason: 'campaign_cancelled',
    async given({ campaignId }) {
      await setCampaignState(database.db, campaignId, 'cancelled');
    },
  },
  {
    reason: 'paused',
    async given({ campaignId }) {
      await setCampaignState(database.db, campaignId, 'paused');
    },
    stored: 'paused',
  },
  {
    reason: 'campaign_not_running',
    async given({ campaignId }) {
      await database.db('campaigns').where({ id: campaignId }).update({ state: 'draft' });
    },
    stored: 'campaign_not_running',
  },
  {
    reason: 'trunk_not_used',
    settings: { trunks: ['carrier-b'] },
    given: () => Promise.resolve(),
  },
  {
    reason: 'not_owner',
    given: ({ ownerEpoch }) => Promise.resolve({ ownerEpoch: ownerEpoch - 1 }),
    stored: 'not_owner',
  },
  {
    reason: 'attempt_in_progress',
    async given({ contactId, ownerEpoch }) {
      await claimed(database.db, contactId, ownerEpoch);
    },
  },
  {
    reason: 'agent',
    async given({ contactId }) {
      await reassignContact(database.db, contactId, { agent: 'ana' }, { reasonCode: 'other' });
      await database.db('contacts').where({ id: contactId }).update({ waiting_for: null });
    },
    stored: 'agent',
  },
  {
    reason: 'no_number',
    async given({ contactId }) {
      await database.db('contacts').where({ id: contactId }).update({ next_number_id: null });
    },
  },
  {
    reason: 'not_due',
    async given({ contactId }) {
      await database.db.raw(
        "update contacts set next_attempt_at = now() + interval '1 hour' where id = ?",
        [contactId],
      );
    },
    retries: true,
  },
  {
    reason: 'suppressed',
    async given({ contactId }) {
      await suppressNumbersOf(contactId, null);
    },
  },
  {
    reason: 'suppression_list_old',
    settings: { suppression: { lists: [{ source: 'absent', maxAgeMs: 86_400_000 }] } },
    given: () => Promise.resolve(),
    stored: 'suppression_list_old',
    rule: 'suppression.lists: absent',
  },
  {
    reason: 'contact_cap',
    settings: { attempts: { perContact: 1, perNumberPerDay: null } },
    async given({ contactId, ownerEpoch }) {
      await dialAndRedial(contactId, ownerEpoch);
    },
    rule: 'attempts.perContact: 1',
  },
  {
    reason: 'person_cap',
    settings: { attempts: { perContact: null, perNumberPerDay: null, perPerson: 1 } },
    async given({ contactId, ownerEpoch }) {
      await dialAndRedial(contactId, ownerEpoch);
    },
    rule: 'attempts.perPerson: 1',
  },
  {
    reason: 'number_daily_cap',
    settings: { attempts: { perContact: null, perNumberPerDay: 1 } },
    async given({ contactId, ownerEpoch }) {
      await dialAndRedial(contactId, ownerEpoch);
    },
    stored: 'number_daily_cap',
    rule: 'attempts.perNumberPerDay: 1',
    retries: true,
  },
  {
    reason: 'phone_in_call',
    async given({ contactId, ownerEpoch }) {
      const { db } = database;
      const number = await db('numbers')
        .where({ contact_id: contactId })
        .first<{ e164: string }>('e164');
      const { campaignId } = await insertCampaign(db);
      const [twin] = await insertTestContacts(db, campaignId, [contactToInsert([number.e164])]);
      assert.ok(twin !== undefined);
      await claimed(db, twin, ownerEpoch);
    },
    stored: 'phone_in_call',
    retries: true,
  },
];

async function dialAndRedial(contactId: ContactId, ownerEpoch: number): Promise<void> {
  const claim = await claimed(database.db, contactId, ownerEpoch);
  const decision = redial(claim, 'busy');
  await endAttempt(database.db, claim.attemptId, { callStatus: 'busy', decision });
}

async function suppressNumbersOf(contactId: ContactId, campaignId: CampaignId | null) {
  const rows = await database
    .db<{ contact_id: ContactId; e164: string; phone_key: string }>('numbers')
    .where({ contact_id: contactId });
  await addSuppressions(database.db, {
    campaignId,
    source: 'test',
    numbers: rows.map(({ e164, phone_key: phoneKey }) => ({ e164, phoneKey })),
  });
}

describe('a claim is refused', () => {
  for (const { reason, settings, given, stored = null, ...rest } of refusals) {
    const { retries = false, rule = null } = rest;
    it(`as ${reason}, and changes no counter`, async () => {
      const { db } = database;
      const scene: Scene = await dialable(db, [contactToInsert()], settings);
      const changed = { ...scene, ...(await given(scene)) };
      const before = await countersOf(scene.contactId);
      const attemptsBefore = await countAttempts(scene.contactId);
      const result = await claimContact(db, changed.contactId, changed.ownerEpoch);
      assert.equal(reasonOf(result), reason);
      assert.ok(result.kind === 'refused');
      assert.equal(result.retryAt !== null, retries);
      const trunks = settings?.trunks ?? [testTrunk];
      if (reason !== 'unknown_contact') assert.deepEqual(result.trunks, trunks);
      assert.deepEqual(await countersOf(scene.contactId), before);
      assert.equal(await countAttempts(scene.contactId), attemptsBefore);
      const contact = await contactRow(scene.contactId);
      assert.equal(contact['waiting_for'], stored);
      assert.equal(result.rule, rule);
      assert.equal(contact['waiting_rule'], stored === null ? null : rule);
    });
  }

  it('for every reason it can name', () => {
    assert.equal(new Set(refusals.map(({ reason }) => reason)).size, 17);
  });

  it('for the first reason that applies', async () => {
    const { db } = database;
    const attempts = { perContact: 1, perNumberPerDay: 1 };
    const { campaignId, contactId, ownerEpoch } = await dialable(db, [contactToInsert()], {
      attempts,
    });
    await dialAndRedial(contactId, ownerEpoch);
    await suppressNumbersOf(contactId, campaignId);
    const reasons: string[] = [];
    const note = async (epoch: number) =>
      reasons.push(reasonOf(await claimContact(db, contactId, epoch)));
    await note(ownerEpoch);
    await db.raw("update contacts set next_attempt_at = now() + interval '1 day' where id = ?", [
      contactId,
    ]);
    await note(ownerEpoch);
    await note(ownerEpoch - 1);
    await setCampaignState(db, campaignId, 'paused');
    await note(ownerEpoch - 1);
    await setCampaignState(db, campaignId, 'cancelled');
    await note(ownerEpoch - 1);
    assert.deepEqual(reasons, [
      'suppressed',
      'not_due',
      'not_owner',
      'paused',
      'campaign_cancelled',
    ]);
  });

  it('while its retarget waits for a campaign that is missing', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await dialable(db);
    await db('contacts').where({ id: contactId }).update({ waiting_for: 'retarget_target' });
    const result = await claimContact(db, contactId, ownerEpoch);
    assert.equal(reasonOf(result), 'retarget_target');
    assert.equal((await contactRow(contactId))['waiting_for'], 'retarget_target');
  });
});

describe('a claim passes', () => {
  it('a suppression that has expired, or is another campaign’s', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await dialable(db, [contactToInsert(['+525511130001'])]);
    const other = await insertCampaign(db);
    const phoneKey = phoneKeyOf('+525511130001');
    const number = { e164: '+525511130001', phoneKey };
    await addSuppressions(db, {
      campaignId: null,
      source: 'test',
      expiresAt: new Date('2020-01-01T00:00:00Z'),
      numbers: [number],
    });
    await addSuppressions(db, { campaignId: other.campaignId, source: 'test', numbers: [number] });
    await claimed(db, contactId, ownerEpoch);
  });

  it('an agent’s contact that a person asks to call now, and names the agent', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await dialable(db);
    await reassignContact(db, contactId, { agent: 'ana' }, { reasonCode: 'other' });
    assert.equal(reasonOf(await claimContact(db, contactId, ownerEpoch)), 'agent');
    await callContactNow(db, contactId, { reasonCode: 'other' });
    assert.equal((await claimed(db, contactId, ownerEpoch)).assignedAgent, 'ana');
  });

  it('the daily limit of a number once the contact’s own midnight has passed', async () => {
    const { db } = database;
    for (const [zone, elsewhere] of [
      ['Pacific/Kiritimati', 'Pacific/Niue'],
      ['Pacific/Niue', 'Pacific/Kiritimati'],
    ] as const) {
      const { contactId, ownerEpoch } = await dialable(
        db,
        [contactToInsert(undefined, { timeZone: zone })],
        { attempts: { perContact: null, perNumberPerDay: 1 }, timeZone: elsewhere },
      );
      await dialAndRedial(contactId, ownerEpoch);
      const refused = await claimContact(db, contactId, ownerEpoch);
      assert.equal(reasonOf(refused), 'number_daily_cap');
      assert.ok(refused.kind === 'refused' && refused.retryAt !== null);
      assert.equal(clockIn(zone, refused.retryAt), '00:00', `midnight in ${zone}`);
      // As if those attempts had been made on the local day before.
      await db.raw('update numbers set day = day - 1 where contact_id = ?', [contactId]);
      await db('contacts').where({ id: contactId }).update({ next_attempt_at: null });
      await claimed(db, contactId, ownerEpoch);
      const number = await db('numbers')
        .where({ contact_id: contactId })
        .first<{ day: string; day_attempts: number }>(db.raw('day::text, day_attempts'));
      assert.deepEqual(number, { day: dateIn(zone), day_attempts: 1 });
    }
  });

  it('a zone that the server does not know, which it counts in UTC', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await dialable(db, [
      contactToInsert(undefined, { timeZone: 'Mars/Olympus_Mons' }),
    ]);
    await claimed(db, contactId, ownerEpoch);
  });
});

describe('limits', () => {
  it('are never passed by claims that come all at once', async () => {
    const { db } = database;
    const attempts = { perContact: 3, perNumberPerDay: 2 };
    const { contactIds, ownerEpoch } = await dialable(
      db,
      Array.from({ length: 5 }, () => contactToInsert()),
      { attempts },
    );
    const ring = async (contactId: ContactId) => {
      const result = await claimContact(db, contactId, ownerEpoch);
      if (result.kind !== 'claimed') return;
      const decision = redial(result.claim, 'busy');
      await endAttempt(db, result.claim.attemptId, { callStatus: 'busy', decision });
    };
    const storm = () =>
      Promise.all(
        contactIds.flatMap((contactId) => Array.from({ length: 12 }, () => ring(contactId))),
      );
    await storm();
    for (let round = 0; round < 6; round += 1) await storm();
    const made = () =>
      db('contacts').whereIn('id', contactIds).pluck('attempts_made') as Promise<number[]>;
    assert.deepEqual(await made(), [2, 2, 2, 2, 2]);
    await db.raw('update numbers set day = day - 1');
    await db('contacts').whereIn('id', contactIds).update({ next_attempt_at: null });
    for (let round = 0; round < 3; round += 1) await storm();
    assert.deepEqual(await made(), [3, 3, 3, 3, 3]);
  });

  it('per day are not passed by a contact that moves to a zone of an earlier date', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await dialable(
      db,
      [contactToInsert(undefined, { timeZone: 'Pacific/Kiritimati' })],
      { attempts: { perContact: null, perNumberPerDay: 1 } },
    );
    const claim = await claimed(db, contactId, ownerEpoch);
    const decision = redial(claim, 'busy');
    await endAttempt(db, claim.attemptId, { callStatus: 'busy', decision });
    await db('contacts')
      .where({ id: contactId })
      .update({ time_zone: 'Pacific/Pago_Pago', next_attempt_at: null });
    assert.equal(reasonOf(await claimContact(db, contactId, ownerEpoch)), 'number_daily_cap');
  });

  it('per contact are kept as well, when no daily limit keeps them first', async () => {
    const { db } = database;
    const { contactIds, ownerEpoch } = await dialable(
      db,
      Array.from({ length: 4 }, () => contactToInsert()),
      { attempts: { perContact: 4, perNumberPerDay: null } },
    );
    const ring = async (contactId: ContactId) => {
      const result = await claimContact(db, contactId, ownerEpoch);
      if (result.kind !== 'claimed') return;
      const decision = redial(result.claim, 'busy');
      await endAttempt(db, result.claim.attemptId, { callStatus: 'busy', decision });
    };
    for (let round = 0; round < 8; round += 1) {
      await Promise.all(
        contactIds.flatMap((contactId) => Array.from({ length: 15 }, () => ring(contactId))),
      );
      await db('contacts').whereIn('id', contactIds).update({ next_attempt_at: null });
    }
    const made = await db('contacts').whereIn('id', contactIds).pluck('attempts_made');
    assert.deepEqual(made, [4, 4, 4, 4]);
  });

  it('count the attempts of the whole lineage', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await dialable(db, [contactToInsert()], {
      attempts: { perContact: 2, perNumberPerDay: null },
    });
    await db('contacts').where({ id: contactId }).update({ prior_attempts: 1 });
    assert.equal((await claimed(db, contactId, ownerEpoch)).attempts, 2);
    await db('attempts').where({ contact_id: contactId }).delete();
    await db('contacts').where({ id: contactId }).update({ live_attempt_id: null });
    assert.equal(reasonOf(await claimContact(db, contactId, ownerEpoch)), 'contact_cap');
  });
});

describe('a claim that had to wait for a lock judges what it finds afterwards', () => {
  /** Claims while another transaction holds the row, which that one changes before it lets go. */
  async function claimDuring(
    scene: { contactId: ContactId; ownerEpoch: number },
    hold: string,
    change: string,
  ) {
    const { db } = database;
    const { contactId, ownerEpoch } = scene;
    const waiting = await db.transaction(async (trx) => {
      await trx.raw(hold, { contactId });
      const claim = claimContact(db, contactId, ownerEpoch);
      await untilSomebodyWaits(db);
      await trx.raw(change, { contactId });
      // Not awaited: it waits for this transaction.
      return { claim };
    });
    return waiting.claim;
  }

  const holdContact = 'select from contacts where id = :contactId for update';

  it('a contact that was settled meanwhile', async () => {
    const result = await claimDuring(
      await dialable(database.db),
      holdContact,
      `update contacts set state = 'settled', call_status = 'cancelled', settled_at = now()
       where id = :contactId`,
    );
    assert.equal(reasonOf(result), 'settled');
  });

  it('the attempts that were made meanwhile', async () => {
    const attempts = { perContact: 5, perNumberPerDay: null };
    const result = await claimDuring(
      await dialable(database.db, undefined, { attempts }),
      holdContact,
      'update contacts set attempts_made = 5 where id = :contactId',
    );
    assert.equal(reasonOf(result), 'contact_cap');
  });

  it('another number that is next by now', async () => {
    const result = await claimDuring(
      await dialable(database.db, [contactToInsert(['+525516000001', '+525516000002'])]),
      holdContact,
      `update contacts set next_number_id =
         (select id from numbers where contact_id = :contactId and position = 2)
       where id = :contactId`,
    );
    assert.ok(result.kind === 'claimed');
    assert.equal(result.claim.number, '+525516000002');
  });

  it('what was dialled today on the number', async () => {
    const attempts = { perContact: null, perNumberPerDay: 2 };
    const result = await claimDuring(
      await dialable(database.db, undefined, { attempts }),
      'select from numbers where contact_id = :contactId for update',
      "update numbers set day = (now() at time zone 'UTC')::date, day_attempts = 2 where contact_id = :contactId",
    );
    assert.equal(reasonOf(result), 'number_daily_cap');
  });

  it('a number of the contact that ended meanwhile', async () => {
    const result = await claimDuring(
      await dialable(database.db, [contactToInsert(['+525516010001', '+525516010002'])]),
      holdContact,
      `update numbers set call_status = 'out_of_service', settled_at = now()
       where contact_id = :contactId and position = 2`,
    );
    assert.ok(result.kind === 'claimed');
    assert.equal(result.claim.numbers[1]?.callStatus, 'out_of_service');
    assert.equal(result.claim.numbers[1].dialable, false);
  });

  it('a number that was suppressed meanwhile, however short the wait', async () => {
    const result = await claimDuring(
      await dialable(database.db),
      holdContact,
      `insert into suppressions (phone_key, e164, source)
       select phone_key, e164, 'test' from numbers where contact_id = :contactId`,
    );
    assert.equal(reasonOf(result), 'suppressed');
  });

  it('a pause and a suppression, when the wait was long', async () => {
    for (const [change, reason] of [
      [
        `update campaigns set state = 'paused'
         where id = (select campaign_id from contacts where id = :contactId)`,
        'paused',
      ],
      [
        `insert into suppressions (phone_key, e164, source)
         select phone_key, e164, 'test' from numbers where contact_id = :contactId`,
        'suppressed',
      ],
    ] as const) {
      const slowly = `with changed as (${change} returning 1) select pg_sleep(0.6) from changed`;
      const result = await claimDuring(await dialable(database.db), holdContact, slowly);
      assert.equal(reasonOf(result), reason);
    }
  });

  it('nothing at all when the rows stay locked', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await dialable(db);
    await db.transaction(async (trx) => {
      await trx.raw(holdContact, { contactId });
      await assert.rejects(claimContact(db, contactId, ownerEpoch), { code: 'CLAIM_CONTENDED' });
    });
    await claimed(db, contactId, ownerEpoch);
  });
});

describe('a new owner of a trunk', () => {
  it('waits for claims under the old epoch, and then finds them all unresolved', async () => {
    const { db } = database;
    const trunk = 'carrier-handover';
    const { contactIds } = await dialable(
      db,
      Array.from({ length: 60 }, () => contactToInsert()),
      { trunks: [trunk] },
    );
    const ownerEpoch = await raiseOwnerEpoch(db, trunk, 'first');
    const granted = new Set<string>();
    const seen = new Set<string>();
    let isRaised = false;
    const claims = contactIds.map(async (contactId) => {
      const attemptId = newAttemptId();
      const result = await claimAttempt(db, { attemptId, contactId, trunk, ownerEpoch });
      if (result.kind === 'claimed') granted.add(attemptId);
      else assert.equal(reasonOf(result), 'not_owner');
      if (granted.size === 10 && !isRaised) {
        isRaised = true;
        await raiseOwnerEpoch(db, trunk, 'second');
        for (const { id } of await unresolvedAttempts(db, trunk)) seen.add(id);
      }
    });
    await Promise.all(claims);
    assert.ok(isRaised);
    assert.deepEqual([...granted].sort(), [...seen].sort());
  });
});

async function countersOf(contactId: ContactId) {
  const { rows } = await database.db.raw<{ rows: unknown[] }>(
    `select c.attempts_made, c.live_attempt_id, c.attempts_by_status, c.redials_granted,
       n.attempts_made as number_attempts, n.day, n.day_attempts, n.last_attempt_at,
       p.attempts_made as phone_attempts, p.last_attempt_at as phone_last
     from contacts c join numbers n on n.contact_id = c.id join phones p using (phone_key)
     where c.id = ?`,
    [contactId],
  );
  return rows;
}

async function countAttempts(contactId: ContactId): Promise<number> {
  const rows = (await database
    .db('attempts')
    .where({ contact_id: contactId })
    .pluck('id')) as string[];
  return rows.length;
}

function tally(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

function clockIn(zone: string, at: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(at));
}

function dateIn(zone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(new Date());
}

describe('a phone whose carrier said nothing', () => {
  it('is left alone for as long as it may still begin to ring, from any campaign', async () => {
    const { db } = database;
    const number = '+525599900100';
    const first = await dialable(db, [contactToInsert([number])]);
    const other = await dialable(db, [contactToInsert([number])]);
    const claim = await claimed(db, first.contactId, other.ownerEpoch);
    const silent = { callStatus: 'dialing_error', rule: 'silence' } as const;
    await endAttempt(db, claim.attemptId, silent);
    const refused = await claimContact(db, other.contactId, other.ownerEpoch);
    assert.equal(reasonOf(refused), 'phone_in_call');
    assert.ok(refused.kind === 'refused' && refused.retryAt !== null);
  });

  it('is dialled again when its time is over', async () => {
    const { db } = database;
    const number = '+525599900101';
    const first = await dialable(db, [contactToInsert([number])]);
    const other = await dialable(db, [contactToInsert([number])]);
    const claim = await claimed(db, first.contactId, other.ownerEpoch);
    const now = new Date(Date.now() - 33_000).toISOString();
    await endAttempt(db, claim.attemptId, { callStatus: 'dialing_error', rule: 'silence', now });
    assert.equal(reasonOf(await claimContact(db, other.contactId, other.ownerEpoch)), 'claimed');
  });
});
