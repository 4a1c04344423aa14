import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { listAudit, writeAudit } from '../../db/audit-log.ts';
import { callContactNow } from '../../db/call-contact-now.ts';
import { cancelContact } from '../../db/cancel-contact.ts';
import type { ChangeResult } from '../../db/change-contact.ts';
import { reassignContact } from '../../db/reassign-contact.ts';
import { rescheduleContact } from '../../db/reschedule-contact.ts';
import { setCampaignState } from '../../db/set-campaign-state.ts';
import { showContact } from '../../db/show-contact.ts';
import { suppressContact } from '../../db/suppress-contact.ts';
import { listSuppressions } from '../../db/suppressions.ts';
import type { CampaignId, ContactId } from '../../domain/ids.ts';
import { claimContact, claimed, endAttempt, reasonOf, redial } from '../support/attempt-fixture.ts';
import {
  contactToInsert,
  dialable,
  insertCampaign,
  insertTestContacts,
  newAttemptId,
  testTrunk,
} from '../support/campaign-fixture.ts';
import { untilSomebodyWaits } from '../support/until-somebody-waits.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database.drop());

const because = { reasonCode: 'customer_request' };
const dialAtOnce = { next: { step: 'dial', at: null, trunks: [testTrunk] } };
const end = { next: { step: 'end' } };
const tomorrow = new Date(Date.now() + 86_400_000).toISOString();

/** A contact that was busy once and sleeps until a redial in an hour. */
async function sleeper() {
  const { db } = database;
  const scene = await dialable(db);
  const claim = await claimed(db, scene.contactId, scene.ownerEpoch);
  await endAttempt(db, claim.attemptId, {
    callStatus: 'busy',
    dialStatus: 'BUSY',
    decision: redial(claim, 'busy', new Date(Date.now() + 3_600_000)),
  });
  return scene;
}

const changes: Record<string, (contactId: ContactId) => Promise<ChangeResult>> = {
  reassign: (id) => reassignContact(database.db, id, { agent: 'ana' }, because),
  callNow: (id) => callContactNow(database.db, id, because),
  cancel: (id) => cancelContact(database.db, id, because),
  reschedule: (id) => rescheduleContact(database.db, id, tomorrow, because),
  suppress: (id) => suppressContact(database.db, id, 'global', because),
};

describe('a change by hand', () => {
  for (const [name, change] of Object.entries(changes)) {
    it(`(${name}) is refused for a contact that is settled, unknown or in a call`, async () => {
      const { db } = database;
      const { contactId, ownerEpoch } = await dialable(db);
      const { attemptId } = await claimed(db, contactId, ownerEpoch);
      assert.deepEqual(await change(contactId), { refused: 'attempt_in_progress' });
      await endAttempt(db, attemptId, { callStatus: 'answered' });
      const unknown = newAttemptId() as unknown as ContactId;
      assert.deepEqual(await change(unknown), { refused: 'unknown_contact' });
      // A wish not to be called is never too late.
      if (name === 'suppress') return;
      assert.deepEqual(await change(contactId), { refused: 'contact_settled' });
      assert.equal((await listAudit(db, { contactId })).length, 0);
    });

    it(`(${name}) is written to the audit log`, async () => {
      const { contactId } = await sleeper();
      assert.ok('next' in (await change(contactId)));
      const entries = await listAudit(database.db, { contactId });
      assert.equal(entries.length, 1);
      assert.equal(entries[0]?.action, `contact.${name}`);
      assert.equal(entries[0]?.reason, 'customer_request');
      assert.ok(entries[0]?.appliedAt);
    });
  }

  it('waits for whoever holds the contact, and judges what it finds then', async () => {
    const { db } = database;
    const { contactId } = await dialable(db);
    const { change } = await db.transaction(async (trx) => {
      await trx.raw('select from contacts where id = ? for update', [contactId]);
      const waiting = cancelContact(db, contactId, because);
      await untilSomebodyWaits(db);
      await trx.raw(
        `update contacts set state = 'settled', call_status = 'answered', settled_at = now()
         where id = ?`,
        [contactId],
      );
      return { change: waiting };
    });
    assert.deepEqual(await change, { refused: 'contact_settled' });
  });

  it('that comes twice with one audit entry is made once', async () => {
    const { db } = database;
    const { contactId } = await sleeper();
    const auditId = await writeAudit(db, {
      actor: 'ana',
      action: 'contact.cancel',
      contactId,
      reason: 'asked to',
    });
    assert.deepEqual(await cancelContact(db, contactId, { auditId }), end);
    assert.deepEqual(await cancelContact(db, contactId, { auditId }), end);
    const entries = await listAudit(db, { contactId });
    assert.deepEqual(
      entries.map(({ actor, reason }) => ({ actor, reason })),
      [{ actor: 'ana', reason: 'asked to' }],
    );
  });

  it('leaves one contact after two that come at once', async () => {
    const { db } = database;
    const target = await insertCampaign(db);
    const { contactId } = await dialable(db);
    const results = await Promise.all(
      Array.from({ length: 5 }, () => reassignContact(db, contactId, target, because)),
    );
    assert.equal(results.filter((result) => 'next' in result).length, 1);
    assert.equal((await showContact(db, contactId))?.lineage.length, 2);
  });
});

describe('calling now', () => {
  it('skips the waiting', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await sleeper();
    assert.equal(reasonOf(await claimContact(db, contactId, ownerEpoch)), 'not_due');
    assert.deepEqual(await callContactNow(db, contactId, because), dialAtOnce);
    await claimed(db, contactId, ownerEpoch);
  });

  it('makes no sense in a campaign that never started', async () => {
    const { db } = database;
    const { campaignId } = await insertCampaign(db, {}, 'draft');
    const [contactId] = await insertTestContacts(db, campaignId, [contactToInsert()]);
    assert.ok(contactId !== undefined);
    assert.deepEqual(await callContactNow(db, contactId, because), {
      refused: 'campaign_not_running',
    });
  });

  it('reaches an agent’s contact once, and a redial of it waits for the agent again', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await dialable(db);
    const wait = { step: 'wait', reason: 'agent', until: null, trunks: [testTrunk] };
    assert.deepEqual(await reassignContact(db, contactId, { agent: 'ana' }, because), {
      next: wait,
    });
    await callContactNow(db, contactId, because);
    const claim = await claimed(db, contactId, ownerEpoch);
    const decision = redial(claim, 'busy');
    const { next } = await endAttempt(db, claim.attemptId, { callStatus: 'busy', decision });
    assert.deepEqual(next, wait);
    assert.equal(reasonOf(await claimContact(db, contactId, ownerEpoch)), 'agent');
  });
});

describe('rescheduling', () => {
  it('moves the next attempt, sooner or later', async () => {
    const { db } = database;
    const { contactId } = await sleeper();
    assert.deepEqual(await rescheduleContact(db, contactId, tomorrow, because), {
      next: { step: 'dial', at: tomorrow, trunks: [testTrunk] },
    });
    assert.equal((await showContact(db, contactId))?.nextAttemptAt, tomorrow);
  });

  it('brings an agent’s contact to the agent at that time', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await dialable(db);
    await reassignContact(db, contactId, { agent: 'ana' }, because);
    await rescheduleContact(db, contactId, new Date().toISOString(), because);
    assert.equal((await claimed(db, contactId, ownerEpoch)).assignedAgent, 'ana');
  });
});

describe('cancelling a contact', () => {
  it('gives it `cancelled` before any attempt, else its last status stays', async () => {
    const { db } = database;
    const { contactId: never } = await dialable(db);
    const { contactId: dialled } = await sleeper();
    assert.deepEqual(await cancelContact(db, never, because), end);
    assert.deepEqual(await cancelContact(db, dialled, because), end);
    const [first, second] = await Promise.all([showContact(db, never), showContact(db, dialled)]);
    assert.equal(first?.callStatus, 'cancelled');
    assert.equal(first?.numbers[0]?.callStatus, 'cancelled');
    assert.equal(second?.callStatus, 'busy');
    assert.equal(second?.dialStatus, 'BUSY');
  });
});

describe('an audit entry', () => {
  it('stands for one change of one person', async () => {
    const { db } = database;
    const [first, second] = [await sleeper(), await sleeper()];
    const auditId = await writeAudit(db, {
      actor: 'test',
      action: 'contact.cancel',
      campaignId: first.campaignId,
      contactId: first.contactId,
    });
    const mismatch = { refused: 'audit_id_mismatch' };
    assert.deepEqual(await cancelContact(db, second.contactId, { auditId }), mismatch);
    assert.deepEqual(await callContactNow(db, first.contactId, { auditId }), mismatch);
    assert.deepEqual(await suppressContact(db, second.contactId, 'global', { auditId }), mismatch);
    assert.deepEqual(await cancelContact(db, first.contactId, { auditId }), end);
  });
});

describe('a contact between two campaigns', () => {
  it('is not dialled in the one it should leave', async () => {
    const { db } = database;
    const { contactId } = await sleeper();
    await db('contacts').where({ id: contactId }).update({ waiting_for: 'retarget_target' });
    const refused = { refused: 'retarget_target' };
    assert.deepEqual(await callContactNow(db, contactId, because), refused);
    assert.deepEqual(await rescheduleContact(db, contactId, tomorrow, because), refused);
    assert.deepEqual(await cancelContact(db, contactId, because), end);
  });
});

describe('suppressing a contact', () => {
  it('is in force at once, also during a call and after the end', async () => {
    const { db } = database;
    const { contactId, ownerEpoch } = await dialable(db, [contactToInsert(['+525511990001'])]);
    const { attemptId } = await claimed(db, contactId, ownerEpoch);
    const other = await dialable(db, [contactToInsert(['+525511990001'])]);
    const during = await suppressContact(db, contactId, 'global', because);
    assert.deepEqual(during, { refused: 'attempt_in_progress' });
    await endAttempt(db, attemptId, { callStatus: 'answered' });
    const claim = await claimContact(db, other.contactId, other.ownerEpoch);
    assert.equal(reasonOf(claim), 'suppressed');
    assert.deepEqual(await suppressContact(db, contactId, 'global', because), end);
    assert.equal((await showContact(db, contactId))?.callStatus, 'answered');
  });

  it('puts all its numbers on the list and never dials them again, in any campaign', async () => {
    const { db } = database;
    const numbers = ['+525513000001', '+525513000002'];
    const { contactId, ownerEpoch } = await dialable(db, [contactToInsert(numbers)]);
    const twin = await dialable(db, [contactToInsert(numbers.slice(1))]);
    assert.deepEqual(await suppressContact(db, contactId, 'global', because), end);
    const contact = await showContact(db, contactId);
    assert.equal(contact?.callStatus, 'restricted');
    assert.deepEqual(
      contact.numbers.map(({ refusedBy }) => refusedBy),
      ['suppression: manual', 'suppression: manual'],
    );
    assert.equal(reasonOf(await claimContact(db, twin.contactId, ownerEpoch + 1)), 'suppressed');
    const listed: string[] = [];
    for await (const { number, source } of listSuppressions(db)) {
      assert.equal(source, 'manual');
      if (numbers.includes(number)) listed.push(number);
    }
    assert.deepEqual(listed.sort(), numbers);
  });

  it('can be limited to its campaign', async () => {
    const { db } = database;
    const numbers = ['+525513010001'];
    const { contactId } = await dialable(db, [contactToInsert(numbers)]);
    const twin = await dialable(db, [contactToInsert(numbers)]);
    await suppressContact(db, contactId, 'campaign', because);
    await claimed(db, twin.contactId, twin.ownerEpoch);
  });
});

describe('reassigning to a campaign', () => {
  it('ends the contact here and goes on there, also back where it came from', async () => {
    const { db } = database;
    const there = await insertCampaign(db);
    const here = await dialable(db, [contactToInsert(['+525513020001'], { externalId: 'crm-2' })]);
    const { ownerEpoch } = here;
    const ring = async (contactId: ContactId) => {
      const claim = await claimed(db, contactId, ownerEpoch);
      const decision = redial(claim, 'busy');
      await endAttempt(db, claim.attemptId, { callStatus: 'busy', decision });
    };
    const latest = async () => (await showContact(db, here.contactId))?.lineage.at(-1)?.contactId;

    await ring(here.contactId);
    assert.deepEqual(await reassignContact(db, here.contactId, there, because), end);
    const first = await showContact(db, here.contactId);
    assert.equal(first?.callStatus, 'busy');
    assert.equal(first?.assignedTo, `campaign:${there.name}`);
    const moved = await latest();
    assert.ok(moved !== undefined);
    await ring(moved);
    assert.deepEqual(await reassignContact(db, moved, here, because), end);
    assert.deepEqual(
      (await showContact(db, moved))?.lineage.map(({ campaign, callStatus }) => [
        campaign,
        callStatus,
      ]),
      [
        [here.name, 'busy'],
        [there.name, 'busy'],
        [here.name, null],
      ],
    );
    const back = await latest();
    assert.ok(back !== undefined);
    assert.equal((await showContact(db, back))?.externalId, 'crm-2');
    const claim = await claimed(db, back, ownerEpoch);
    assert.equal(claim.attempts, 3);
    assert.deepEqual(claim.attemptsByStatus, { busy: 2 });
    assert.deepEqual(claim.redialsGranted, {});
  });

  it('is refused where it makes no sense, and changes nothing', async () => {
    const { db } = database;
    const { campaignId, contactId } = await dialable(db, [contactToInsert(['+525513030001'])]);
    const missing = { campaignId: newAttemptId() as unknown as CampaignId };
    const cancelled = await insertCampaign(db);
    await setCampaignState(db, cancelled.campaignId, 'cancelled');
    const holding = await insertCampaign(db);
    await insertTestContacts(db, holding.campaignId, [contactToInsert(['+525513030001'])]);
    for (const [target, refused] of [
      [missing, 'target_missing'],
      [cancelled, 'target_cancelled'],
      [{ campaignId }, 'target_is_own_campaign'],
      [holding, 'already_in_target'],
    ] as const) {
      assert.deepEqual(await reassignContact(db, contactId, target, because), { refused });
    }
    const contact = await showContact(db, contactId);
    assert.equal(contact?.callStatus, null);
    assert.equal(contact?.assignedTo, null);
    assert.equal((await listAudit(db, { contactId })).length, 0);
  });
});
