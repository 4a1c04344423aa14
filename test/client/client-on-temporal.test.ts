import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { after, before, describe, it } from 'node:test';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { pino } from 'pino';
import { connectDialer } from '../../client/connect-dialer.ts';
import type { DialerClient } from '../../client/dialer-client.ts';
import { loadConfig } from '../../runtime/config.ts';
import { ensureTemporalBinary } from '../../runtime/temporal-binary.ts';
import { runWorkflowWorker, type RunningPart } from '../../workers/run-workflow-worker.ts';
import { installTemporalRuntime } from '../../workers/temporal-runtime.ts';
import type { ContactStory } from '../../workflows/messages.ts';
import { piecesOf } from '../imports/pieces-of.ts';
import { waitFor } from '../support/wait-for.ts';
import { createEngineFolder, type EngineFolder } from './engine-folder.ts';

/** Workflows run for real; nobody owns the trunk, so nobody is ever dialled. */
describe('the client on a real Temporal server', () => {
  let environment: TestWorkflowEnvironment;
  let engine: EngineFolder;
  let worker: RunningPart;
  let client: DialerClient;

  before(async () => {
    const log = pino({ level: 'silent' });
    // Before the test server, which would install one of its own.
    installTemporalRuntime(log);
    const dataDir = fileURLToPath(new URL('../../.dialer', import.meta.url));
    const path = await ensureTemporalBinary({ dataDir });
    environment = await TestWorkflowEnvironment.createLocal({
      server: { executable: { type: 'existing-path', path } },
    });
    engine = await createEngineFolder(environment.address);
    const config = loadConfig({ cwd: engine.cwd, env: {} });
    worker = await runWorkflowWorker({
      databaseUrl: engine.database.url,
      temporal: { address: environment.address, namespace: 'default' },
      dataDir: config.dataDir,
      trunks: config.trunks,
      agents: config.agents,
      log,
    });
    client = await connectDialer({ config, actor: 'test' });
  });
  after(async () => {
    await client.close();
    await worker.stop();
    await engine.remove();
    await environment.teardown();
  });

  async function startedCampaign(name: string, numbers: readonly string[]) {
    await client.createCampaign(
      `name: ${name}\ntrunks: [carrier-a]\ndefaultCountry: MX\nconnect: { play: hello-world }\n`,
    );
    await client.importContacts(name, piecesOf(['number', ...numbers].join('\n')));
    await client.startCampaign(name);
  }
  async function firstContact(name: string): Promise<string> {
    for await (const { contactId } of client.numbers(name)) return contactId;
    return assert.fail('no contact');
  }

  it('starts a campaign once, however often it is told to', async () => {
    await startedCampaign('twice', ['55 5010 0200']);
    const again = await client.startCampaign('twice');
    assert.equal(again.state, 'running');
    const handle = environment.client.workflow.getHandle(`campaign/${again.campaignId}`);
    assert.equal((await handle.describe()).status.name, 'RUNNING');
  });

  it('pauses, resumes and cancels, and writes who and why to the audit log', async () => {
    await startedCampaign('states', ['55 5010 0201']);
    assert.deepEqual(await client.pauseCampaign('states', { reason: 'lunch' }), {
      state: 'paused',
    });
    assert.equal((await client.campaignStatus('states')).state, 'paused');
    await assert.rejects(client.startCampaign('states'), { code: 'CAMPAIGN_PAUSED' });
    assert.deepEqual(await client.resumeCampaign('states'), { state: 'running' });
    assert.deepEqual(await client.cancelCampaign('states'), { state: 'cancelled' });
    const report = await client.waitUntilSettled('states');
    assert.deepEqual([report.failed, report.byCallStatus.cancelled], [1, 1]);
    await assert.rejects(client.resumeCampaign('states'), { code: 'CAMPAIGN_CANCELLED' });
    const entries = await engine.database
      .db('audit_log')
      .where({ action: 'campaign.pause' })
      .select('actor', 'reason');
    assert.deepEqual(entries, [{ actor: 'test', reason: 'lunch' }]);
  });

  it('cancels a campaign that was never started', async () => {
    await client.createCampaign(
      'name: never-started\ntrunks: [carrier-a]\nconnect: { play: hello-world }\n',
    );
    await client.importContacts('never-started', piecesOf('number\n+52 55 5010 0202\n'));
    assert.deepEqual(await client.cancelCampaign('never-started'), { state: 'cancelled' });
    assert.equal((await client.waitUntilSettled('never-started')).byCallStatus.cancelled, 1);
  });

  it('dials the contacts of a finished campaign again when they are recycled', async () => {
    await startedCampaign('again', ['55 5010 0204']);
    const contactId = await firstContact('again');
    const workflow = environment.client.workflow.getHandle(`contact/${contactId}`);
    await client.cancelContact(contactId);
    await workflow.result();
    const isFinished = async () => (await client.campaignStatus('again')).state === 'finished';
    await waitFor(isFinished);
    await assert.rejects(client.startCampaign('again'), { code: 'CAMPAIGN_FINISHED' });
    const report = await client.recycleCampaign('again', { statuses: ['cancelled'] });
    assert.deepEqual([report.reopened, report.state], [1, 'draft']);
    await client.startCampaign('again');
    const isCalling = async () =>
      (await workflow.describe()).status.name === 'RUNNING' &&
      (await workflow.query<ContactStory>('story')).calling !== null;
    await waitFor(isCalling);
    assert.equal((await client.showContact(contactId)).callStatus, null);
  });

  it('puts new settings of a running campaign in force', async () => {
    await startedCampaign('settings', ['55 5010 0203']);
    const file =
      'name: settings\ntrunks: [carrier-a]\nringTimeout: 20s\nconnect: { play: hello-world }\n';
    assert.equal((await client.changeSettings('settings', file)).version, 2);
    const { settingsVersion, settings } = await client.campaignStatus('settings');
    assert.deepEqual([settingsVersion, settings.ringTimeoutMs], [2, 20_000]);
  });

  it('acts on a contact that was never fed: reassigns it to an agent, then ends it', async () => {
    await client.createCampaign(
      'name: not-fed\ntrunks: [carrier-a]\nconnect: { play: hello-world }\n',
    );
    await client.importContacts('not-fed', piecesOf('number\n+52 55 5010 0204\n'));
    const contactId = await firstContact('not-fed');
    const result = await client.reassignContact(contactId, { agent: 'ana' }, { reason: 'asked' });
    assert.deepEqual(result, { applied: 'at_once' });
    const assigned = await client.showContact(contactId);
    assert.equal(assigned.assignedTo, 'agent:ana');
    assert.deepEqual(
      assigned.history.map(({ actor, action, reason }) => ({ actor, action, reason })),
      [{ actor: 'test', action: 'contact.reassign', reason: 'asked' }],
    );
    assert.deepEqual(await client.cancelContact(contactId), { applied: 'at_once' });
    assert.equal((await client.showContact(contactId)).callStatus, 'cancelled');
    await assert.rejects(client.callContactNow(contactId), { code: 'contact_settled' });
  });

  it('moves a contact to another campaign, as a new contact of the same lineage', async () => {
    for (const name of ['from-here', 'to-there']) {
      await client.createCampaign(
        `name: ${name}\ntrunks: [carrier-a]\nconnect: { play: hello-world }\n`,
      );
    }
    await client.importContacts('from-here', piecesOf('number\n+52 55 5010 0205\n'));
    const contactId = await firstContact('from-here');
    await assert.rejects(
      client.reassignContact(contactId, { campaign: 'from-here' }, { reason: 'x' }),
      { code: 'SAME_CAMPAIGN' },
    );
    await assert.rejects(
      client.reassignContact(contactId, { campaign: 'nowhere' }, { reason: 'x' }),
      { code: 'CAMPAIGN_NOT_FOUND' },
    );
    await assert.rejects(client.reassignContact(contactId, { agent: 'bob' }, { reason: 'x' }), {
      code: 'AGENT_NOT_FOUND',
    });
    await client.reassignContact(contactId, { campaign: 'to-there' }, { reason: 'x' });
    const moved = await client.showContact(await firstContact('to-there'));
    assert.deepEqual(
      moved.lineage.map(({ campaign }) => campaign),
      ['from-here', 'to-there'],
    );
  });

  it('suppresses a contact that is pending, and reschedules another', async () => {
    await client.createCampaign(
      'name: by-hand\ntrunks: [carrier-a]\nconnect: { play: hello-world }\n',
    );
    await client.importContacts('by-hand', piecesOf('number\n+52 55 5010 0206\n'));
    const contactId = await firstContact('by-hand');
    const at = new Date(Date.now() + 3_600_000);
    await client.rescheduleContact(contactId, at);
    assert.equal((await client.showContact(contactId)).nextAttemptAt, at.toISOString());
    await assert.rejects(client.rescheduleContact(contactId, new Date(0)), {
      code: 'time_out_of_range',
    });
    await client.suppressContact(contactId);
    assert.equal((await client.showContact(contactId)).callStatus, 'restricted');
  });

  it('lets a script with nothing but a Temporal client start a campaign', async () => {
    const { campaignId } = await client.createCampaign(
      'name: by-script\ntrunks: [carrier-a]\nconnect: { play: hello-world }\n',
    );
    await client.importContacts('by-script', piecesOf('number\n+52 55 5010 0207\n'));
    const script = fileURLToPath(new URL('../../scripts/start-campaign.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...['--import', 'tsx', script, campaignId, environment.address],
    ]);
    assert.equal(stdout, `started campaign/${campaignId}\n`);
    const handle = environment.client.workflow.getHandle(`campaign/${campaignId}`);
    assert.equal((await handle.describe()).status.name, 'RUNNING');
  });

  describe('a script with nothing but a Temporal client reassigns', () => {
    const script = fileURLToPath(new URL('../../scripts/reassign-contact.ts', import.meta.url));
    const reassign = (...args: readonly string[]) =>
      promisify(execFile)(process.execPath, [
        ...['--import', 'tsx', script, ...args, 'complaint', environment.address],
      ]);

    it('a contact that sleeps, with a reason code in the audit log', async () => {
      await startedCampaign('asleep', ['55 5010 0208']);
      const contactId = await firstContact('asleep');
      await client.rescheduleContact(contactId, new Date(Date.now() + 3_600_000));
      const { stdout } = await reassign(contactId, 'agent:ana');
      assert.equal(stdout, 'reassigned at_once\n');
      const contact = await client.showContact(contactId);
      assert.deepEqual([contact.assignedTo, contact.waitingFor], ['agent:ana', 'agent']);
      const { actor, action, reason } = contact.history.at(-1) ?? assert.fail();
      assert.deepEqual([actor, action, reason], ['unknown', 'contact.reassign', 'complaint']);
    });

    it('a contact that was never started, and says why it refuses one that is settled', async () => {
      for (const name of ['unstarted', 'elsewhere']) {
        await client.createCampaign(
          `name: ${name}\ntrunks: [carrier-a]\nconnect: { play: hello-world }\n`,
        );
      }
      await client.importContacts('unstarted', piecesOf('number\n+52 55 5010 0209\n'));
      const contactId = await firstContact('unstarted');
      const { campaignId } = await client.campaignStatus('elsewhere');
      const { stdout } = await reassign(contactId, `campaign:${campaignId}`);
      assert.equal(stdout, 'reassigned at_once\n');
      const moved = await client.showContact(await firstContact('elsewhere'));
      assert.deepEqual(
        moved.lineage.map(({ campaign }) => campaign),
        ['unstarted', 'elsewhere'],
      );
      await assert.rejects(reassign(contactId, 'agent:ana'), {
        code: 5,
        stderr: /^refused: .*settled/,
      });
      const handle = environment.client.workflow.getHandle(`contact/${contactId}`);
      await handle.result();
    });
  });

  it('names no phone and no person in any history', async () => {
    for await (const { workflowId } of environment.client.workflow.list()) {
      const history = await environment.client.workflow.getHandle(workflowId).fetchHistory();
      const text = JSON.stringify(history, (_key, value: unknown) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value,
      );
      assert.doesNotMatch(text, /5550100\d{3}|lunch|asked/);
    }
  });
});
