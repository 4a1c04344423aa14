/**
 * Keeps some minutes of dial capacity open: starts the workflows of contacts that are due, wakes
 * those whom nothing holds back any more, and otherwise waits. One run of this activity feeds one page or
 * finds that nothing has happened for a while, so the campaign's history grows with the work.
 */
import { Context } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/client';
import { applyChangedRules } from '../db/apply-changed-rules.ts';
import { campaignProgress } from '../db/campaign-progress.ts';
import {
  contactsToTell,
  contactsToWake,
  dueContacts,
  hasWaiting,
  markFed,
  markWoken,
  type OpenContacts,
  openDueCount,
  parkContacts,
} from '../db/feed.ts';
import { finishIfSettled } from '../db/finish-if-settled.ts';
import { setCampaignState } from '../db/set-campaign-state.ts';
import { readNextStep } from '../db/read-next-step.ts';
import { feedCapacity } from '../domain/feed-capacity.ts';
import type { CampaignId, ContactId } from '../domain/ids.ts';
import { contactWorkflowId, dialerTaskQueue } from '../workflows/ids.ts';
import type {
  CampaignProgress,
  CampaignState,
  ContactInput,
  DueMessage,
} from '../workflows/messages.ts';
import type { EngineDeps } from './engine-deps.ts';
import { splitByWindow } from './split-by-window.ts';

export interface FeedResult {
  readonly progress: CampaignProgress;
  readonly fed: number;
  /** Contacts of an ended campaign are still to be told. */
  readonly hasMore: boolean;
}

const pageSize = 200;
/** How many contacts are looked at in one question once some turned out to be outside their window. */
const lookAhead = 1_000;
/** How long one run looks for work before it reports that there was none. */
const patienceMs = 5 * 60_000;
const lookEveryMs = 500;
/** How long one page looks past contacts outside their window; the next page goes on there. */
const patienceWithClosedMs = 5_000;
/** How long nobody is fed while changed rules are brought to contacts that wait; the rest comes later. */
const rulesPatienceMs = 5_000;
/** Starts and signals under way at once. */
const parallel = 20;

export function createFeedContacts(deps: EngineDeps) {
  return async function feedContacts(input: { campaignId: CampaignId }): Promise<FeedResult> {
    const { campaignId } = input;
    const stopAt = Date.now() + patienceMs;
    for (;;) {
      Context.current().heartbeat();
      const { fed, state } = await feedPage(deps, campaignId);
      const isFinished = await finishIfSettled(deps.db, campaignId);
      // A cancel lets calls go on; the claim of one that is given back has nobody else to end it.
      const isEnding = state === 'cancelled' && (await hasWaiting(deps.db, campaignId));
      const isActive = !isFinished && (state === 'running' || state === 'draft' || isEnding);
      if (fed > 0 || !isActive || Date.now() > stopAt) {
        // The state that was acted by: what came since, such as a cancel, is the next page's.
        const counted = await campaignProgress(deps.db, campaignId);
        const progress = { ...counted, state: isFinished ? ('finished' as const) : state };
        return { progress, fed, hasMore: fed > 0 || isEnding };
      }
      await Context.current().sleep(lookEveryMs);
    }
  };
}

interface PageFed {
  readonly fed: number;
  readonly state: CampaignState;
}

/** How many were fed or told, and the campaign's state by which that was done. */
async function feedPage(deps: EngineDeps, campaignId: CampaignId): Promise<PageFed> {
  const open = await openDueCount(deps.db, campaignId);
  // Started by a Temporal client alone, nobody else has said so.
  const state =
    open.state === 'draft' ? await setCampaignState(deps.db, campaignId, 'running') : open.state;
  const heartbeat = () => {
    Context.current().heartbeat();
  };
  if (open.hasChangedRules && !open.isOver) {
    await applyChangedRules(deps.db, campaignId, rulesPatienceMs, heartbeat);
  }
  const told = await contactsToTell(deps.db, { campaignId, limit: pageSize }, heartbeat);
  await forEachParallel(told, ({ id }) => tell(deps, id));
  await markWoken(deps.db, told);
  if (open.isOver) return { state, fed: told.length };

  const capacity = feedCapacity(open.settings.trunks, deps.trunks);
  const room = Math.min(pageSize, Math.max(0, capacity - open.count));
  // Those whom nothing holds back any more go first: they waited longest.
  const woken = await contactsToWake(deps.db, { campaignId, limit: room });
  await forEachParallel(woken, ({ id }) =>
    wake(deps, { contactId: id, trunks: open.settings.trunks }),
  );
  await markWoken(deps.db, woken);
  const fed = await feedNew(deps, open, { campaignId, room: room - woken.length });
  return { state, fed: told.length + woken.length + fed };
}

/**
 * Feeds contacts that are due and may be called now. Those whose window is closed are parked until it
 * opens, and looked past: others of the list, in other zones, may be called.
 */
async function feedNew(
  deps: EngineDeps,
  { settings, settingsVersion }: OpenContacts,
  { campaignId, room }: { readonly campaignId: CampaignId; readonly room: number },
): Promise<number> {
  let fed = 0;
  let limit = room;
  const stopAt = performance.now() + patienceWithClosedMs;
  while (fed < room && performance.now() < stopAt) {
    Context.current().heartbeat();
    const page = await dueContacts(deps.db, { campaignId, limit });
    const { callable, closed } = splitByWindow(page, settings, new Date());
    const parked = await parkContacts(deps.db, { campaignId, settingsVersion }, closed);
    const chosen = callable.slice(0, room - fed).map(({ id }) => id);
    await forEachParallel(chosen, (contactId) =>
      start(deps, { contactId, trunks: settings.trunks }),
    );
    // After the start: whoever dies in between starts them again, which changes nothing.
    await markFed(deps.db, chosen);
    fed += chosen.length;
    if (parked === 0 || page.length < limit) break;
    limit = lookAhead;
  }
  return fed;
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

/** A contact whose workflow is lost gets a new one. */
async function wake(deps: EngineDeps, contact: ContactInput): Promise<void> {
  if (!(await signalDue(deps, contact.contactId))) await start(deps, contact);
}

async function tell(deps: EngineDeps, contactId: ContactId): Promise<void> {
  const isTold = await signalDue(deps, contactId, { hasChanged: true });
  if (!isTold) await readNextStep(deps.db, contactId);
}

/** False when the contact has no open workflow. */
async function signalDue(
  deps: EngineDeps,
  contactId: ContactId,
  ...message: readonly DueMessage[]
): Promise<boolean> {
  try {
    await deps.workflows.getHandle(contactWorkflowId(contactId)).signal('due', ...message);
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
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
