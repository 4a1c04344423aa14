/**
 * Records one history of every shape a workflow can take, on a real server with scripted activities.
 * Run it when a released workflow gets a new shape, and add the files: those that are here already
 * stay as they are, because contacts that sleep through a deploy have exactly such histories.
 *
 *     npx tsx test/histories/record.ts
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Context } from '@temporalio/activity';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { WorkflowHandle } from '@temporalio/client';
import type { PlaceCallResult } from '../../activities/call-result.ts';
import type { AttemptId } from '../../domain/ids.ts';
import type { ContactStory } from '../../workflows/messages.ts';
import { end, settled, startScriptedWorkers, trunks } from '../support/scripted-workers.ts';
import { waitFor } from '../support/wait-for.ts';
import { devServerEnvironment, startWorker } from '../support/workflow-environment.ts';

const environment = await devServerEnvironment();
const because = { reasonCode: 'supervisor_decision' };

async function save(shape: string, handle: WorkflowHandle): Promise<void> {
  await handle.result();
  const file = path.join(import.meta.dirname, `${shape}.json`);
  if (existsSync(file)) return;
  // Which process did it says nothing, and would name the machine it was recorded on.
  const json = historyToJSON(await handle.fetchHistory());
  await writeFile(file, json.replaceAll(/"\d+@[^"]*"/g, '"recorder"'));
  process.stdout.write(`recorded ${shape}\n`);
}

const soon = () => new Date(Date.now() + 500).toISOString();
const farAway = '2099-01-01T00:00:00Z';

const workers = await startScriptedWorkers(environment);
try {
  const atOnce = workers.newContact({});
  await save('contact-settled-at-once', await atOnce.start());

  const redialled = workers.newContact({
    place: async (_input, _trunk, count) =>
      settled(count === 1 ? { step: 'dial', at: soon(), trunks } : end, { callStatus: 'busy' }),
  });
  await save('contact-redialled', await redialled.start());

  const reconciled = workers.newContact({
    place: async (_input, _trunk, count) => (count === 1 ? { result: 'handed_over' } : settled(end)),
    reconcile: async () => ({ result: 'not_placed', next: { step: 'dial', at: null, trunks } }),
  });
  await save('contact-reconciled', await reconciled.start());

  const unresolved = workers.newContact({
    place: async (_input, _trunk, count) =>
      count === 1
        ? {
            result: 'blocked',
            reason: 'attempt_in_progress',
            next: { step: 'reconcile', attemptId: randomUUID() as AttemptId, trunk: 'beta' },
          }
        : settled(end),
    reconcile: async () => settled({ step: 'dial', at: null, trunks }),
  });
  await save('contact-unresolved-attempt', await unresolved.start());

  const blocked = workers.newContact({
    place: async (_input, _trunk, count) =>
      count <= 3
        ? {
            result: 'blocked',
            reason: 'pbx_unreachable',
            next: { step: 'wait', reason: 'pbx_unreachable', until: soon(), trunks },
          }
        : settled(end),
  });
  await save('contact-trunk-trouble', await blocked.start());

  const paused = workers.newContact({
    place: async (_input, _trunk, count) =>
      count === 1
        ? {
            result: 'blocked',
            reason: 'paused',
            next: { step: 'wait', reason: 'paused', until: null, trunks },
          }
        : settled(end),
  });
  const pausedHandle = await paused.start();
  await waitFor(
    async () => (await pausedHandle.query<ContactStory>('story')).next.step === 'wait',
  );
  await pausedHandle.signal('due');
  await save('contact-paused', pausedHandle);

  const changed = workers.newContact({
    place: async (_input, _trunk, count) =>
      settled(count === 1 ? { step: 'dial', at: farAway, trunks } : end),
    stored: async () => ({ step: 'dial', at: soon(), trunks }),
  });
  const changedHandle = await changed.start();
  await waitFor(
    async () => (await changedHandle.query<ContactStory>('story')).attempts.length === 1,
  );
  await changedHandle.signal('due', { hasChanged: true });
  await save('contact-redial-moved', changedHandle);

  const closed = workers.newContact({
    place: async (_input, _trunk, count) =>
      count === 1
        ? {
            result: 'blocked',
            reason: 'calling_window',
            next: { step: 'wait', reason: 'calling_window', until: farAway, byFeeder: true, trunks },
          }
        : settled(end),
  });
  const closedHandle = await closed.start();
  await waitFor(
    async () => (await closedHandle.query<ContactStory>('story')).next.step === 'wait',
  );
  await closedHandle.signal('due');
  await save('contact-window-opened', closedHandle);

  // A change that waits for its turn with the contact, and one that the call puts off.
  for (const shape of ['changed-before-claim', 'changed-after-call'] as const) {
    let endCall: (result: PlaceCallResult) => void = () => {};
    const isPutOff = shape === 'changed-after-call';
    const called = workers.newContact({
      place: () => {
        const beating = setInterval(() => Context.current().heartbeat(), 1_000);
        return new Promise<PlaceCallResult>((resolve) => (endCall = resolve)).finally(() =>
          clearInterval(beating),
        );
      },
      manual: async () =>
        isPutOff && called.script.actions.length === 1
          ? { refused: 'attempt_in_progress' }
          : { next: end },
      stored: async () =>
        isPutOff && called.script.actions.length === 1
          ? { step: 'dial', at: farAway, trunks }
          : end,
    });
    const handle = await called.start();
    await waitFor(async () => called.script.placed.length === 1);
    await handle.executeUpdate('cancel', { args: [because] });
    endCall(
      isPutOff
        ? settled({ step: 'dial', at: farAway, trunks }, { callStatus: 'busy' })
        : { result: 'blocked', reason: 'settled', next: end },
    );
    await save(`contact-${shape}`, handle);
  }

  const idAlone = workers.newContact({ stored: async () => ({ step: 'dial', at: null, trunks }) });
  await save('contact-started-by-id-alone', await idAlone.start([]));

  for (const by of ['update', 'signal'] as const) {
    const sleeping = workers.newContact({
      place: async () => settled({ step: 'dial', at: farAway, trunks }),
    });
    const handle = await sleeping.start();
    await waitFor(async () => (await handle.query<ContactStory>('story')).attempts.length === 1);
    if (by === 'update') await handle.executeUpdate('cancel', { args: [because] });
    else await handle.signal('cancel', because);
    await save(`contact-cancelled-by-${by}`, handle);
  }
} finally {
  await workers.stop();
}

let pages = 0;
const counts = { total: 1, connected: 1, unanswered: 0, failed: 0, pending: 0 };
const control = await startWorker(environment, {
  taskQueue: 'dialer',
  workflows: true,
  activities: {
    feedContacts: async ({ campaignId }: { campaignId: string }) => {
      pages += 1;
      await new Promise((resolve) => setTimeout(resolve, 300));
      const state = pages > 5 ? 'finished' : 'running';
      return { progress: { campaignId, state, ...counts }, fed: 1, hasMore: false };
    },
    changeCampaignState: async ({ to }: { to: string }) => ({ state: to }),
    activateSettings: async ({ version }: { version: number }) => ({ version }),
    makeReport: async () => ({ campaign: 'sample', ...counts }),
  },
});
try {
  const campaignId = randomUUID();
  const options = { taskQueue: 'dialer', args: [{ campaignId }] };
  const campaign = await environment.client.workflow.start('campaign', {
    ...options,
    workflowId: `campaign/${campaignId}`,
  });
  await campaign.executeUpdate('pause', { args: [because] });
  await campaign.executeUpdate('resume', { args: [because] });
  await campaign.executeUpdate('changeSettings', { args: [{ version: 2, ...because }] });
  await save('campaign-paused-resumed-changed', campaign);

  const report = await environment.client.workflow.start('report', {
    ...options,
    workflowId: `report/${campaignId}`,
  });
  await save('report', report);
} finally {
  await control.stop();
  await environment.teardown();
}
