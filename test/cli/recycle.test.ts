import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { finishIfSettled } from '../../db/finish-if-settled.ts';
import { setCampaignState } from '../../db/set-campaign-state.ts';
import { raiseOwnerEpoch } from '../../db/trunks.ts';
import type { CallStatus } from '../../domain/call-status.ts';
import type { CampaignId, ContactId } from '../../domain/ids.ts';
import { createEngineFolder, type EngineFolder } from '../client/engine-folder.ts';
import { claimed, endAttempt } from '../support/attempt-fixture.ts';
import { testTrunk } from '../support/campaign-fixture.ts';
import { runInTerminal } from './run-in-terminal.ts';

describe('campaign recycle', () => {
  let engine: EngineFolder;
  before(async () => {
    engine = await createEngineFolder();
  });
  after(() => engine.remove());

  const dialer = (args: readonly string[], stdin?: string) =>
    runInTerminal(args, { cwd: engine.cwd, ...(stdin === undefined ? {} : { stdin }) });
  let lastNumber = 5_550_100_200;

  /** A finished campaign whose contacts ended with these statuses. */
  async function finished(name: string, statuses: readonly CallStatus[]): Promise<CampaignId> {
    const { db } = engine.database;
    const file = `name: ${name}\ntrunks: [carrier-a]\ndefaultCountry: MX\nconnect: { play: hello-world }\n`;
    await dialer(['campaign', 'create', '-'], file);
    const numbers = statuses.map(() => String((lastNumber += 1)));
    await dialer(['contacts', 'import', name, '-'], ['number', ...numbers].join('\n'));
    const campaign = await db('campaigns').where({ name }).first<{ id: CampaignId }>('id');
    assert.ok(campaign !== undefined);
    await setCampaignState(db, campaign.id, 'running');
    const epoch = await raiseOwnerEpoch(db, testTrunk, 'test');
    const contactIds = await db('contacts')
      .where({ campaign_id: campaign.id })
      .orderBy('row_no')
      .pluck<ContactId[]>('id');
    for (const [index, callStatus] of statuses.entries()) {
      const contactId = contactIds[index];
      assert.ok(contactId !== undefined);
      const { attemptId } = await claimed(db, contactId, epoch);
      await endAttempt(db, attemptId, { callStatus, dialStatus: 'NO_ANSWER' });
    }
    assert.equal(await finishIfSettled(db, campaign.id), true);
    return campaign.id;
  }

  it('shows in a preview what it then does, and writes who, why and how many to the audit log', async () => {
    const campaignId = await finished('spring', ['no_answer', 'no_answer', 'busy', 'answered']);
    const args = ['campaign', 'recycle', 'spring', '--status', 'no_answer,busy'];
    const preview = await dialer([...args, '--dry-run', '--json']);
    assert.equal(preview.code, 0, preview.stderr);
    const figures = {
      campaign: 'spring',
      contacts: 3,
      reopened: 3,
      byCallStatus: [
        { callStatus: 'no_answer', reopened: 2, leftOut: 0 },
        { callStatus: 'busy', reopened: 1, leftOut: 0 },
      ],
      leftOut: [],
    };
    assert.deepEqual(preview.lines, [
      { ...figures, dryRun: true, state: 'finished', auditId: null },
    ]);
    const done = await dialer([...args, '--reason', 'second round', '--json']);
    const [report] = done.lines as [{ auditId: string }];
    assert.deepEqual(report, {
      ...figures,
      dryRun: false,
      state: 'draft',
      auditId: report.auditId,
    });
    const entries = await engine.database
      .db('audit_log')
      .where({ campaign_id: campaignId, action: 'campaign.recycle' });
    assert.equal(entries.length, 1, 'a preview leaves no entry');
    const [entry] = entries as [{ id: string; reason: string; details: Record<string, unknown> }];
    assert.deepEqual([entry.id, entry.reason], [report.auditId, 'second round']);
    const { contacts, reopened, byCallStatus, leftOut } = figures;
    const statuses = ['no_answer', 'busy'];
    assert.deepEqual(entry.details, { statuses, contacts, reopened, byCallStatus, leftOut });
    const [contact] = (await dialer(['numbers', 'spring', '--json'])).lines as [
      { contactId: string },
    ];
    const { stdout } = await dialer(['contacts', 'show', contact.contactId]);
    assert.match(stdout, /recycled +20/);
  });

  it('says for people who is left out and why, who was talked to, and what to do next', async () => {
    await finished('evening', ['no_answer', 'answered', 'invalid_number']);
    const args = [
      'campaign',
      'recycle',
      'evening',
      '--status',
      'no_answer',
      '--status',
      'answered',
    ];
    await engine.database
      .db('numbers')
      .where({ call_status: 'no_answer' })
      .whereIn(
        'campaign_id',
        engine.database.db('campaigns').where({ name: 'evening' }).select('id'),
      )
      .update({ valid: false });
    const preview = await dialer([...args, '--dry-run']);
    assert.match(preview.stdout, /2 settled contacts.*1 of them would be dialled again/);
    assert.match(preview.stdout, /left out 1: their numbers do not exist/);
    assert.match(preview.stdout, /1 of them were talked to/);
    assert.match(preview.stdout, /nothing was changed/);
    const done = await dialer(args);
    assert.match(done.stdout, /dialer campaign start evening/);
    assert.ok(done.stdout.split('\n').every((line) => line.length <= 120));
  });

  it('ends with 2 on a status that there is not, and with 5 when the campaign is cancelled', async () => {
    const campaignId = await finished('winter', ['no_answer']);
    const recycle = (status: string) =>
      dialer(['campaign', 'recycle', 'winter', '--status', status]);
    const unknown = await recycle('no_answer,lost,restrictd');
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /"lost".*\n.*"restrictd"/);
    assert.equal((await recycle(' , ')).code, 2);
    assert.equal((await dialer(['campaign', 'recycle', 'winter'])).code, 2);
    await setCampaignState(engine.database.db, campaignId, 'cancelled');
    const refused = await recycle('no_answer');
    assert.equal(refused.code, 5);
    assert.match(refused.stderr, /cancelled/);
  });
});
