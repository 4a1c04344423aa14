import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { WorkflowClient } from '@temporalio/client';
import pino from 'pino';
import { createApplyManualAction } from '../../activities/apply-manual-action.ts';
import { listAudit, writeAudit } from '../../db/audit-log.ts';
import { showContact } from '../../db/show-contact.ts';
import { claimed, endAttempt } from '../support/attempt-fixture.ts';
import { dialable, insertCampaign } from '../support/campaign-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

describe('a change that a call put off', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createTestDatabase();
  });
  after(() => database.drop());

  /** What was said to other workflows, and the activity. */
  function bench() {
    const sent: { workflowId: string; signal: string; signalArgs: unknown[] }[] = [];
    const workflows = {
      async signalWithStart(_type: string, options: (typeof sent)[number]) {
        const { workflowId, signal, signalArgs } = options;
        sent.push({ workflowId, signal, signalArgs });
      },
    } as unknown as WorkflowClient;
    const apply = createApplyManualAction({
      db: database.db,
      workflows,
      trunks: {},
      agents: {},
      log: pino({ level: 'silent' }),
    });
    return { sent, apply };
  }

  async function retargeted() {
    const { db } = database;
    const target = await insertCampaign(db);
    const scene = await dialable(db);
    const { attemptId } = await claimed(db, scene.contactId, scene.ownerEpoch);
    const to = { kind: 'campaign', campaign: target.name } as const;
    await endAttempt(db, attemptId, {
      callStatus: 'no_answer',
      decision: { next: 'retarget', to, rule: 'test' },
    });
    const heir = (await showContact(db, scene.contactId))?.lineage[1]?.contactId;
    return { ...scene, heir: heir ?? assert.fail() };
  }

  it('follows the person whom a rule has moved to another campaign', async () => {
    const { contactId, campaignId, heir } = await retargeted();
    const auditId = await writeAudit(database.db, {
      actor: 'test',
      action: 'contact.cancel',
      campaignId,
      contactId,
    });
    const { sent, apply } = bench();
    const action = { action: 'cancel', auditId } as const;
    assert.deepEqual(await apply({ ...action, contactId }), { refused: 'contact_settled' });
    assert.deepEqual(sent, [], 'whoever acts on an old contact is told so');
    const outcome = await apply({ ...action, contactId, isDeferred: true });
    assert.deepEqual(outcome, { next: { step: 'end' } });
    assert.deepEqual(sent, [
      { workflowId: `contact/${heir}`, signal: 'cancel', signalArgs: [{ auditId }] },
    ]);
    // What the other workflow then does, with the same entry.
    await apply({ ...action, contactId: heir });
    const [entry] = await listAudit(database.db, { contactId });
    assert.ok((entry?.appliedAt ?? null) !== null);
    assert.equal((await showContact(database.db, heir))?.callStatus, 'cancelled');
    const [done] = await listAudit(database.db, { contactId: heir });
    assert.deepEqual([done?.actor, done?.action], ['test', 'contact.cancel']);
  });

  it('follows them with the time that was asked for, or at once when that has come', async () => {
    const { contactId } = await retargeted();
    const { sent, apply } = bench();
    const [past, later] = [-3_600_000, 3_600_000].map((ms) =>
      new Date(Date.now() + ms).toISOString(),
    );
    for (const at of [past, later]) {
      const reschedule = { action: 'reschedule', at: at ?? '', reasonCode: 'other' } as const;
      await apply({ ...reschedule, contactId, isDeferred: true });
    }
    const times = sent.map(({ signalArgs }) => (signalArgs[0] as { at: string }).at);
    assert.ok(Date.parse(times[0] ?? '') > Date.now() - 60_000);
    assert.equal(times[1], later);
  });

  it('is refused where nobody waits any more, and where it is no change that is known', async () => {
    const { contactId, ownerEpoch } = await dialable(database.db);
    const { sent, apply } = bench();
    const unknown = { action: 'toString', reasonCode: 'other', contactId };
    const outcome = await apply(unknown as never);
    assert.deepEqual(outcome, { refused: 'unknown_action' });
    const { attemptId } = await claimed(database.db, contactId, ownerEpoch);
    await endAttempt(database.db, attemptId, { callStatus: 'answered' });
    const because = { reasonCode: 'other' } as const;
    const late = await apply({ action: 'cancel', ...because, contactId, isDeferred: true });
    assert.deepEqual(late, { refused: 'contact_settled' });
    assert.deepEqual(sent, []);
  });

  it('knows no agent by a name that every object has', async () => {
    const { contactId } = await dialable(database.db);
    const { apply } = bench();
    const to = { agent: 'toString' };
    const outcome = await apply({ action: 'reassign', to, reasonCode: 'other', contactId });
    assert.deepEqual(outcome, { refused: 'unknown_agent' });
  });
});
