import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { ApplicationFailure } from '@temporalio/activity';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { FeedResult } from '../../activities/feed-contacts.ts';
import type { CampaignId } from '../../domain/ids.ts';
import { campaignWorkflowId } from '../../workflows/ids.ts';
import {
  startSignal,
  type CampaignProgress,
  type CampaignState,
} from '../../workflows/messages.ts';
import { waitFor } from '../support/wait-for.ts';
import { devServerEnvironment, startWorker } from '../support/workflow-environment.ts';

const because = { reasonCode: 'supervisor_decision' };

/** The campaign's row, and how many pages it was asked for. */
interface CampaignRow {
  state: CampaignState;
  pages: number;
  /** What the next pages find; when it is used up the campaign is finished. */
  left: number;
  /** Holds every page back between what it saw and its return. */
  gate?: Promise<void>;
  lastSeen?: CampaignState;
}
const rows = new Map<string, CampaignRow>();

function rowOf(campaignId: string): CampaignRow {
  const row = rows.get(campaignId);
  assert.ok(row);
  return row;
}

function progressOf(campaignId: CampaignId, state: CampaignState): CampaignProgress {
  return { campaignId, state, total: 1, connected: 1, unanswered: 0, failed: 0, pending: 0 };
}

describe('the campaign workflow', { timeout: 60_000 }, () => {
  let environment: TestWorkflowEnvironment;
  let worker: { stop(): Promise<void> };

  before(async () => {
    environment = await devServerEnvironment();
    worker = await startWorker(environment, {
      taskQueue: 'dialer',
      workflows: true,
      activities: {
        async feedContacts({ campaignId }: { campaignId: CampaignId }): Promise<FeedResult> {
          const row = rowOf(campaignId);
          row.pages += 1;
          await new Promise((resolve) => setTimeout(resolve, 20));
          if (row.left > 0 && row.state === 'running') row.left -= 1;
          if (row.left === 0) row.state = 'finished';
          const seen = row.state;
          row.lastSeen = seen;
          await row.gate;
          return { progress: progressOf(campaignId, seen), fed: 1, hasMore: false };
        },
        async changeCampaignState(input: { campaignId: CampaignId; to: CampaignState }) {
          rowOf(input.campaignId).state = input.to;
          return { state: input.to };
        },
        async activateSettings({ version }: { version: number }) {
          return { version };
        },
      },
    });
  });
  after(async () => {
    await worker.stop();
    await environment.teardown();
  });

  async function start(left: number) {
    const campaignId = randomUUID() as CampaignId;
    const row: CampaignRow = { state: 'running', pages: 0, left };
    rows.set(campaignId, row);
    const handle = await environment.client.workflow.start('campaign', {
      workflowId: campaignWorkflowId(campaignId),
      taskQueue: 'dialer',
      args: [{ campaignId }],
    });
    return { handle, row, campaignId };
  }

  it('feeds page after page until the campaign is finished, for six events a page', async () => {
    const { handle, row } = await start(5);
    const result = (await handle.result()) as CampaignProgress;
    assert.equal(result.state, 'finished');
    assert.equal(row.pages, 5);
    const { events } = await handle.fetchHistory();
    assert.equal(events?.length, 5 + 5 * 6);
  });

  it('feeds nobody while it is paused, and goes on when it is resumed', async () => {
    const { handle, row } = await start(1_000_000);
    await waitFor(async () => row.pages > 1);
    assert.deepEqual(await handle.executeUpdate('pause', { args: [because] }), { state: 'paused' });
    await waitFor(
      async () => (await handle.query<CampaignProgress>('progress')).state === 'paused',
    );
    const pages = row.pages;
    await assert.rejects(
      handle.executeUpdate('pause', { args: [because] }),
      refusedAs('campaign_paused'),
    );
    assert.equal(row.pages, pages);
    row.left = 2;
    await handle.executeUpdate('resume', { args: [because] });
    assert.equal(((await handle.result()) as CampaignProgress).state, 'finished');
    assert.ok(row.pages > pages);
  });

  it('is not stopped by a page that saw it paused when it was resumed before the page came back', async () => {
    const { handle, row } = await start(1_000_000);
    await waitFor(async () => row.pages > 1);
    let letPageEnd = () => {};
    row.gate = new Promise((resolve) => (letPageEnd = resolve));
    // As the client pauses: in Postgres, of which the page hears before the workflow does.
    row.state = 'paused';
    try {
      await waitFor(async () => row.lastSeen === 'paused');
      assert.deepEqual(await handle.executeUpdate('resume', { args: [because] }), {
        state: 'running',
      });
      row.left = 2;
    } finally {
      delete row.gate;
      letPageEnd();
    }
    assert.equal(((await handle.result()) as CampaignProgress).state, 'finished');
  });

  it('goes on when it is started again before a page came back that saw it finished', async () => {
    const { handle, row, campaignId } = await start(1_000_000);
    await waitFor(async () => row.pages > 1);
    let letPageEnd = () => {};
    row.gate = new Promise((resolve) => (letPageEnd = resolve));
    row.state = 'finished';
    try {
      await waitFor(async () => row.lastSeen === 'finished');
      row.state = 'running';
      row.left = 3;
      const found = await environment.client.workflow.signalWithStart('campaign', {
        workflowId: campaignWorkflowId(campaignId),
        taskQueue: 'dialer',
        args: [{ campaignId }],
        signal: startSignal,
        signalArgs: [],
      });
      assert.equal(found.signaledRunId, handle.firstExecutionRunId, 'the run that is about to end');
    } finally {
      delete row.gate;
      letPageEnd();
    }
    assert.equal(((await handle.result()) as CampaignProgress).state, 'finished');
    assert.equal(row.left, 0, 'those who were recycled are fed');
  });

  it('ends when it is cancelled', async () => {
    const { handle, row } = await start(1_000_000);
    await waitFor(async () => row.pages > 0);
    await handle.executeUpdate('cancel', { args: [because] });
    assert.equal(((await handle.result()) as CampaignProgress).state, 'cancelled');
  });

  it('takes a new version of its settings by number', async () => {
    const { handle } = await start(1_000_000);
    const message = { version: 7, ...because };
    assert.deepEqual(await handle.executeUpdate('changeSettings', { args: [message] }), {
      version: 7,
    });
    await handle.executeUpdate('cancel', { args: [because] });
    await handle.result();
  });
});

function refusedAs(code: string) {
  return (error: unknown) => {
    assert.ok(error instanceof WorkflowUpdateFailedError);
    assert.equal((error.cause as ApplicationFailure).type, code);
    return true;
  };
}
