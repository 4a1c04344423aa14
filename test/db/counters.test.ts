/**
 * Random histories of claims, outcomes, releases, manual changes and changed statuses, after which
 * every counter and every status is counted again from the attempts.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { writeAudit } from '../../db/audit-log.ts';
import { attemptForDecision } from '../../db/attempt-for-decision.ts';
import { callContactNow } from '../../db/call-contact-now.ts';
import { campaignProgress } from '../../db/campaign-progress.ts';
import { cancelContact } from '../../db/cancel-contact.ts';
import type { Claim } from '../../db/claim-details.ts';
import { reassignContact } from '../../db/reassign-contact.ts';
import { reclassifyContact } from '../../db/reclassify-contact.ts';
import { recordOutcome } from '../../db/record-outcome.ts';
import { recycleContacts } from '../../db/recycle-contacts.ts';
import { releaseClaim } from '../../db/release-claim.ts';
import { campaignReport } from '../../db/report.ts';
import { settleUndialled } from '../../db/settle-undialled.ts';
import { bestResult, groupOf, type CallStatus } from '../../domain/call-status.ts';
import type { AttemptId, CampaignId, ContactId } from '../../domain/ids.ts';
import type { Decision } from '../../domain/next-step.ts';
import { readRecycleSelection } from '../../domain/recycle-selection.ts';
import {
  claimContact,
  claimed,
  classification,
  endAttempt,
  redial,
} from '../support/attempt-fixture.ts';
import { contactToInsert, dialable, insertCampaign } from '../support/campaign-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database.drop());

const statuses: readonly CallStatus[] = [
  'answered',
  'abandoned',
  'voicemail',
  'no_answer',
  'busy',
  'out_of_service',
  'dialing_error',
  'unconfirmed',
];
const kinds = [
  ...Array<'claim'>(12).fill('claim'),
  ...Array<'redial'>(6).fill('redial'),
  'end',
  'endWithBest',
  'nextNumber',
  'nextNumber',
  'nextNumberFirst',
  'nextNumberFirst',
  'recycle',
  'recycle',
  'toCampaign',
  'toAgent',
  'notPlaced',
  'notPlaced',
  'release',
  'release',
  'callNow',
  'cancel',
  'reassign',
  'settleNumber',
  ...Array<'reclassify'>(6).fill('reclassify'),
] as const;

const operation = fc.record({
  kind: fc.constantFrom(...kinds),
  who: fc.nat(),
  status: fc.constantFrom(...statuses),
});
/** Long enough for a contact to be dialled, released, dialled again and sent elsewhere. */
const histories = fc.array(operation, { minLength: 30, maxLength: 60, size: 'max' });
type Operation = typeof operation extends fc.Arbitrary<infer Value> ? Value : never;

interface World {
  readonly campaigns: readonly CampaignId[];
  readonly target: { campaignId: CampaignId; name: string };
  readonly ownerEpoch: number;
}

async function createWorld(): Promise<World> {
  const { db } = database;
  const target = await insertCampaign(db);
  const shared = [
    `+52552${Math.floor(Math.random() * 1e9)}`,
    `+52553${Math.floor(Math.random() * 1e9)}`,
  ];
  const first = await dialable(db, [
    contactToInsert([shared[0] ?? '', `${shared[0]}1`]),
    contactToInsert(),
  ]);
  const second = await dialable(db, [contactToInsert(shared), contactToInsert()]);
  return {
    campaigns: [first.campaignId, second.campaignId, target.campaignId],
    target,
    ownerEpoch: second.ownerEpoch,
  };
}

describe('counters', () => {
  it('are what a count of the attempts says, after any history', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (operations) => {
        const world = await createWorld();
        const live = new Map<AttemptId, Claim>();
        for (const step of operations) await carryOut(world, live, step);
        await checkAll(world);
      }),
      { numRuns: 12 },
    );
  });

  it('are as before when claims are released, after any history', async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.nat(), async (operations, who) => {
        const world = await createWorld();
        const live = new Map<AttemptId, Claim>();
        for (const step of operations) await carryOut(world, live, step);
        const contactIds = await contactsOf(world);
        const contactId = contactIds[who % contactIds.length];
        assert.ok(contactId !== undefined);
        const before = await allCounters(world);
        const result = await claimContact(database.db, contactId, world.ownerEpoch);
        if (result.kind !== 'claimed') return;
        assert.notDeepEqual(await allCounters(world), before);
        const { attemptId } = result.claim;
        const release = { reason: 'claim_expired', nextAttemptAt: null } as const;
        await releaseClaim(database.db, attemptId, release);
        assert.deepEqual(await allCounters(world), before);
        await releaseClaim(database.db, attemptId, release);
        assert.deepEqual(await allCounters(world), before, 'released twice');
      }),
      { numRuns: 12 },
    );
  });

  it('stay right when everything happens at once', async () => {
    const { db } = database;
    const world = await createWorld();
    const contactIds = await contactsOf(world);
    const worker = async (seed: number) => {
      for (let turn = 0; turn < 15; turn += 1) {
        const contactId = contactIds[(seed * 7 + turn * 3) % contactIds.length];
        assert.ok(contactId !== undefined);
        const result = await claimContact(db, contactId, world.ownerEpoch);
        if (result.kind !== 'claimed') {
          await db('contacts').where({ id: contactId }).update({ next_attempt_at: null });
          continue;
        }
        const { attemptId } = result.claim;
        if ((seed + turn) % 3 === 0) {
          await releaseClaim(db, attemptId, { reason: 'claim_expired', nextAttemptAt: null });
        } else {
          const decision = redial(result.claim, 'busy');
          await endAttempt(db, attemptId, { callStatus: 'busy', decision });
        }
        await reclassifySome(contactId, seed + turn, turn % 2 === 0 ? 'no_answer' : 'busy');
      }
    };
    await Promise.all(Array.from({ length: 12 }, (_, seed) => worker(seed)));
    await checkAll(world);
    const { rows } = await db.raw<{ rows: { made: number }[] }>(
      'select sum(attempts_made)::int as made from contacts where id = any(?)',
      [contactIds],
    );
    assert.ok((rows[0]?.made ?? 0) > 5, `only ${rows[0]?.made} attempts were made`);
  });
});

async function carryOut(
  world: World,
  live: Map<AttemptId, Claim>,
  { kind, who, status }: Operation,
): Promise<void> {
  const { db } = database;
  const contactIds = await contactsOf(world);
  const contactId = contactIds[who % contactIds.length];
  assert.ok(contactId !== undefined);
  const reason = { reasonCode: 'other' };
  if (kind === 'claim') {
    const result = await claimContact(db, contactId, world.ownerEpoch);
    if (result.kind === 'claimed') live.set(result.claim.attemptId, result.claim);
  } else if (kind === 'callNow') {
    await callContactNow(db, contactId, reason);
  } else if (kind === 'cancel') {
    if (who % 5 === 0) await cancelContact(db, contactId, reason);
  } else if (kind === 'reassign') {
    const campaignId = world.campaigns[(who >> 3) % world.campaigns.length];
    assert.ok(campaignId !== undefined);
    if (who % 2 === 0) await reassignContact(db, contactId, { campaignId }, reason);
  } else if (kind === 'settleNumber') {
    await settleUndialled(db, contactId, { callStatus: 'restricted', scope: 'number' });
  } else if (kind === 'recycle') {
    const campaignId = world.campaigns[who % world.campaigns.length];
    assert.ok(campaignId !== undefined);
    await recycleSome(campaignId, status);
  } else if (kind === 'reclassify') {
    await reclassifySome(contactId, who, status);
  } else {
    const claim = [...live.values()][who % Math.max(1, live.size)];
    if (claim === undefined) return;
    live.delete(claim.attemptId);
    await endSomehow(world, claim, kind, status);
  }
}

/** Gives each third attempt of a contact another status. */
async function reclassifySome(contactId: ContactId, who: number, status: CallStatus) {
  let count = who % 3;
  await reclassifyContact(database.db, contactId, {
    because: 'mapping_changed',
    auditId: null,
    read: () => ((count += 1) % 3 === 0 ? classification(status, dialStatusOf(status)) : null),
  });
}

async function recycleSome(campaignId: CampaignId, status: CallStatus): Promise<void> {
  const { db } = database;
  const reading = readRecycleSelection([status, 'answered', 'cancelled']);
  assert.ok(reading.ok);
  const auditId = await writeAudit(db, { actor: 'test', action: 'campaign.recycle', campaignId });
  const request = { campaignId, selection: reading.selection, auditId };
  for await (const page of recycleContacts(db, request, 1)) assert.equal(page.state, 'running');
}

function dialStatusOf(status: CallStatus) {
  return groupOf(status) === 'connected' ? 'ANSWER' : null;
}

async function endSomehow(
  world: World,
  claim: Claim,
  kind: Operation['kind'],
  callStatus: CallStatus,
): Promise<void> {
  const { db } = database;
  const { attemptId } = claim;
  if (kind === 'release') {
    await releaseClaim(db, attemptId, { reason: 'claim_expired', nextAttemptAt: null });
    return;
  }
  if (kind === 'notPlaced') {
    const now = new Date().toISOString();
    await recordOutcome(db, { attemptId, state: 'not_placed', evidence: [], now });
    return;
  }
  const other = claim.numbers.find(({ id, dialable: free }) => free && id !== claim.numberId);
  // As they are now: they may have been read anew since the claim.
  const today = await attemptForDecision(db, attemptId);
  const others = (today?.numbers ?? []).filter(({ id }) => id !== claim.numberId);
  const results = others.flatMap(({ callStatus: result, dialStatus, settledAt, redial: kept }) =>
    result === null || settledAt === null
      ? // A number that waits for its redial has a result too.
        (kept ?? [])
      : [{ callStatus: result, dialStatus, at: settledAt }],
  );
  const now = { callStatus, dialStatus: null, at: new Date().toISOString() };
  const best = bestResult([...results, now]) ?? now;
  const decisions: Partial<Record<Operation['kind'], Decision>> = {
    endWithBest: {
      next: 'end',
      callStatus: best.callStatus,
      dialStatus: best.dialStatus,
      rule: 'numbers-exhausted',
    },
    redial: redial(claim, callStatus),
    nextNumber: { ...redial(claim, callStatus), numberId: other?.id ?? claim.numberId } as Decision,
    nextNumberFirst: {
      ...redial(claim, callStatus),
      numberId: other?.id ?? claim.numberId,
      ...(other && { redialAt: new Date().toISOString() }),
    } as Decision,
    toAgent: { next: 'retarget', to: { kind: 'agent', agent: 'ana' }, rule: 'test' },
    ...(claim.retargetedCampaigns.includes(world.target.name)
      ? {}
      : {
          toCampaign: {
            next: 'retarget',
            to: { kind: 'campaign', campaign: world.target.name },
            rule: 'test',
          },
        }),
  };
  const decision = decisions[kind];
  await endAttempt(db, attemptId, { callStatus, ...(decision === undefined ? {} : { decision }) });
}

async function contactsOf(world: World): Promise<ContactId[]> {
  const rows = (await database
    .db('contacts')
    .whereIn('campaign_id', world.campaigns)
    .orderBy(['campaign_id', 'row_no'])
    .pluck('id')) as ContactId[];
  return rows;
}

async function allCounters(world: World): Promise<unknown[]> {
  const { rows } = await database.db.raw<{ rows: unknown[] }>(
    `select c.id, c.attempts_made, c.prior_attempts, c.attempts_by_status, c.redials_granted,
       c.live_attempt_id, c.next_number_id, c.call_now, c.assigned_to,
       n.id as number_id, n.attempts_made as number_attempts, n.day::text, n.day_attempts,
       n.last_attempt_at::text as number_last, n.call_status, n.settled_at::text,
       p.attempts_made as phone_attempts, p.last_attempt_at::text as phone_last,
       (select count(*)::int from attempts a where a.contact_id = c.id) as attempts
     from contacts c join numbers n on n.contact_id = c.id join phones p using (phone_key)
     where c.campaign_id = any(:campaigns::uuid[]) order by c.id, n.position`,
    { campaigns: [...world.campaigns] },
  );
  return rows;
}

/** Rows in which a stored figure differs from the same figure counted from the attempts. */
const recounts: Record<string, string> = {
  'attempts of a contact': `
    select c.id from contacts c where c.attempts_made <> (
      select count(*) from counted a where a.contact_id = c.id)`,
  'attempts of a number': `
    select n.id from numbers n where n.attempts_made <> (
      select count(*) from counted a where a.number_id = n.id)`,
  'attempts of a phone': `
    select p.phone_key from phones p where p.attempts_made <> (
      select count(*) from counted a where a.phone_key = p.phone_key)`,
  'last attempt of a number': `
    select n.id from numbers n where n.last_attempt_at is distinct from (
      select max(claimed_at) from counted a where a.number_id = n.id)`,
  'last attempt of a phone': `
    select p.phone_key from phones p where p.last_attempt_at is distinct from (
      select max(claimed_at) from counted a where a.phone_key = p.phone_key)`,
  'live attempt': `
    select c.id from contacts c where c.live_attempt_id is distinct from (
      select a.id from attempts a where a.contact_id = c.id and a.state = 'sending')`,
  'attempts of the lineage by status': `
    select c.id from contacts c where c.attempts_by_status <> (
      select coalesce(jsonb_object_agg(call_status, made), '{}') from (
        select a.call_status, count(*) as made from ancestry x
        join counted a on a.contact_id = x.ancestor where x.id = c.id and a.state <> 'sending'
        group by 1) s)`,
  'attempts of the ancestors': `
    select c.id from contacts c where c.prior_attempts <> (
      select count(*) from ancestry x join counted a on a.contact_id = x.ancestor
      where x.id = c.id and x.ancestor <> c.id)`,
  'redials granted': `
    select c.id from contacts c where c.redials_granted <> (
      select coalesce(jsonb_object_agg(why, granted), '{}') from (
        select a.decision ->> 'becauseOf' as why, count(*) as granted from attempts a
        where a.contact_id = c.id and a.decision ->> 'becauseOf' is not null
          and a.claimed_at > coalesce(c.recycled_at, '-infinity') group by 1) s)`,
  'attempts of a number today, of the lineage': `
    select n.id from numbers n where n.day_attempts <> (
      select count(*) from ancestry x join counted a on a.contact_id = x.ancestor
      where x.id = n.contact_id and a.phone_key = n.phone_key)`,
  'the result of a number': `
    select n.id from numbers n join recorded a on a.of_number = 1 and a.number_id = n.id
    where (n.call_status, n.dial_status) is distinct from (a.call_status, a.dial_status)`,
  'the status of a contact that was dialled': `
    select c.id from contacts c join recorded a on a.of_contact = 1 and a.contact_id = c.id
    where c.state = 'settled' and (c.call_status, coalesce(c.dial_status, -1)) not in (
      select a.call_status, coalesce(a.dial_status, -1)
      union all (
        select b.call_status, coalesce(b.dial_status, -1) from recorded b
        where b.contact_id = c.id and b.of_number = 1
        order by case when b.call_status in ('answered', 'abandoned', 'voicemail') then 1
          when b.call_status in ('no_answer', 'busy', 'out_of_service') then 2 else 3 end,
          b.claimed_at desc
        limit 1)
      union all (
        select b.call_status, coalesce(b.dial_status, -1) from recorded b
        where b.contact_id = c.id and b.of_number = 1
          and b.claimed_at > coalesce(c.recycled_at, '-infinity')
        order by case when b.call_status in ('answered', 'abandoned', 'voicemail') then 1
          when b.call_status in ('no_answer', 'busy', 'out_of_service') then 2 else 3 end,
          b.claimed_at desc
        limit 1))`,
  'the state of an attempt': `
    select a.id from recorded a where (a.state = 'unconfirmed') <> (a.call_status = 'unconfirmed')`,
  'the trace of a changed status': `
    select a.id from recorded a join lateral (
      select * from reclassifications r where r.attempt_id = a.id order by r.id desc limit 1
    ) trace on true
    where (trace.to_call_status, trace.to_dial_status, trace.to_rule)
      is distinct from (a.call_status, a.dial_status, a.rule)`,
  'numbers in play': `
    select n.id from numbers n join contacts c on c.id = n.contact_id
    where case when c.recycled_at is null then n.active <> (c.state = 'waiting')
      else n.active <> (c.state = 'waiting' and n.active)
        or c.state = 'waiting' and n.id = c.next_number_id and not n.active end`,
  'the number that is next': `
    select c.id from contacts c left join numbers n on n.id = c.next_number_id
    where c.state = 'waiting'
      and (n.contact_id is distinct from c.id or n.settled_at is not null or not n.valid)`,
};

async function checkAll(world: World): Promise<void> {
  const { db } = database;
  for (const [what, query] of Object.entries(recounts)) {
    const { rows } = await db.raw<{ rows: unknown[] }>(
      `with recursive counted as (
         select * from attempts where state in ('sending', 'ended', 'unconfirmed')
       ), recorded as (
         -- 1: the latest.
         select *, row_number() over (partition by number_id order by claimed_at desc) as of_number,
           row_number() over (partition by contact_id order by claimed_at desc) as of_contact
         from attempts where state in ('ended', 'unconfirmed')
       ), ancestry (id, ancestor) as (
         select id, id from contacts
         union all
         select x.id, c.retargeted_from from ancestry x join contacts c on c.id = x.ancestor
         where c.retargeted_from is not null
       ) ${query}`,
    );
    assert.deepEqual(rows, [], what);
  }
  for (const campaignId of world.campaigns) await checkTotals(campaignId);
}

async function checkTotals(campaignId: CampaignId): Promise<void> {
  const { db } = database;
  const report = await campaignReport(db, campaignId);
  const sum = report.connected + report.unanswered + report.failed + report.pending;
  assert.equal(sum, report.total);
  const progress = await campaignProgress(db, campaignId);
  assert.equal(progress.total, report.total);
  assert.equal(progress.pending, report.pending);
  const { rows } = await db.raw<{ rows: { total: number; pending: number; attempts: number }[] }>(
    `select count(*)::int as total, count(*) filter (where state = 'waiting')::int as pending,
       (select count(*)::int from attempts where campaign_id = :campaignId
         and state in ('sending', 'ended', 'unconfirmed')) as attempts
     from contacts where campaign_id = :campaignId`,
    { campaignId },
  );
  const { total, pending, attempts } = report;
  assert.deepEqual({ total, pending, attempts }, rows[0]);
}

// Kept so that a history without any granted claim is noticed.
describe('the random histories', () => {
  it('do dial', async () => {
    const world = await createWorld();
    const [contactId] = await contactsOf(world);
    assert.ok(contactId !== undefined);
    await claimed(database.db, contactId, world.ownerEpoch);
    await checkAll(world);
  });
});
