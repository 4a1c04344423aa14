/**
 * Keeps some minutes of dial capacity open: starts the workflows of contacts that are due, wakes
 * those that a pause held back, and otherwise waits. One run of this activity feeds one page or
 * finds that nothing has happened for a while, so the campaign's history grows with the work.
 */
import { Context } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/client';
import { campaignProgress } from '../db/campaign-progress.ts';
import { contactsToWake, dueContacts, markFed, markWoken, openDueCount } from '../db/feed.ts';
import { finishIfSettled } from '../db/finish-if-settled.ts';
import { setCampaignState } from '../db/set-campaign-state.ts';
import type { CampaignId, ContactId } from '../domain/ids.ts';
import { contactWorkflowId, dialerTaskQueue } from '../workflows/ids.ts';
import type { CampaignProgress, ContactInput } from '../workflows/messages.ts';
import type { EngineDeps } from './engine-deps.ts';
import { feedCapacity } from './feed-capacity.ts';

export interface FeedResult {
  readonly progress: CampaignProgress;
  readonly fed: number;
  /** Contacts of an ended campaign are still to be told. */
  readonly hasMore: boolean;
}

const pageSize = 200;
/** How long one run looks for work before it reports that there was none. */
const patienceMs = 5 * 60_000;
const lookEveryMs = 500;
/** Starts and signals under way at once. */
const parallel = 20;

export function createFeedContacts(deps: EngineDeps) {
  return async function feedContacts(input: { campaignId: CampaignId }): Promise<FeedResult> {
    const { campaignId } = input;
    const stopAt = Date.now() + patienceMs;
    for (;;) {
      Context.current().heartbeat();
      const fed = await feedPage(deps, campaignId);
      await finishIfSettled(deps.db, campaignId);
      const progress = await campaignProgress(deps.db, campaignId);
      const isActive = progress.state === 'running' || progress.state === 'draft';
      if (fed > 0 || !isActive || Date.now() > stopAt) {
        return { progress, fed, hasMore: fed > 0 };
      }
      await Context.current().sleep(lookEveryMs);
    }
  };
}

async function feedPage(deps: EngineDeps, campaignId: CampaignId): Promise<number> {
  const open = await openDueCount(deps.db, campaignId);
  // Started by a Temporal client alone, nobody else has said so.
  if (open.state === 'draft') await setCampaignState(deps.db, campaignId, 'running');
  const capacity = feedCapacity(open.trunks, deps.trunks);
  const room = Math.min(pageSize, Math.max(0, capacity - open.count));
  // Those whom nothing holds back any more go first: they waited longest.
  const woken = await contactsToWake(deps.db, { campaignId, limit: open.isOver ? pageSize : room });
  await forEachParallel(woken, (contactId) => wake(deps, contactId));
  await markWoken(deps.db, woken);
  if (open.isOver || woken.length >= room) return woken.length;

  const due = await dueContacts(deps.db, { campaignId, limit: room - woken.length });
  await forEachParallel(due, (contactId) => start(deps, { contactId, trunks: open.trunks }));
  // After the start: whoever dies in between starts them again, which changes nothing.
  await markFed(deps.db, due);
  return woken.length + due.length;
}

async function start(deps: EngineDeps, input: ContactInput): Promise<void> {
  await deps.workflows.start('contact', {
    args: [input],
    workflowId: contactWorkflowId(input.contactId),
    taskQueue: dialerTaskQueue,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
}

async function wake(deps: EngineDeps, contactId: ContactId): Promise<void> {
  try {
    await deps.workflows.getHandle(contactWorkflowId(contactId)).signal('due');
  } catch (error) {
    // Already over, or never started: the feeder comes by again if anything is left to do.
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

async function forEachParallel<Item>(
  items: readonly Item[],
  action: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const runner = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      Context.current().heartbeat();
      await action(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, items.length) }, runner));
}
