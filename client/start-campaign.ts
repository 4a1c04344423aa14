import { setCampaignState } from '../db/set-campaign-state.ts';
import { requiredLists } from '../db/suppression-lists.ts';
import { RefusedError } from '../domain/errors.ts';
import type { CampaignId } from '../domain/ids.ts';
import { describeListAge } from '../domain/list-age.ts';
import { campaignWorkflowId, dialerTaskQueue } from '../workflows/ids.ts';
import { startSignal } from '../workflows/messages.ts';
import type { ClientDeps } from './client-deps.ts';
import type { DialerClient } from './dialer-client.ts';
import { requireCampaign } from './require-campaign.ts';

/**
 * Starts a campaign, or makes sure that a running one has its workflow. A paused campaign is not
 * resumed by this.
 * @throws RefusedError `CAMPAIGN_CANCELLED` `CAMPAIGN_FINISHED` `CAMPAIGN_PAUSED`
 *   `SUPPRESSION_LIST_OLD`
 */
export async function startCampaign(
  deps: ClientDeps,
  name: string,
): ReturnType<DialerClient['startCampaign']> {
  const campaign = await requireCampaign(deps, name);
  if (campaign.state === 'paused') {
    throw new RefusedError('CAMPAIGN_PAUSED', `${name} is paused: use campaign resume.`);
  }
  await refuseOldLists(deps, campaign.id);
  // Temporal first: a state that says running while nobody feeds the campaign would be a lie.
  const workflows = await deps.workflows();
  const state = await setCampaignState(deps.db, campaign.id, 'running');
  if (state === 'cancelled' || state === 'finished') {
    const what =
      state === 'finished'
        ? 'is finished: import contacts, or recycle some, to start it again'
        : 'is cancelled';
    throw new RefusedError(`CAMPAIGN_${state.toUpperCase()}`, `${name} ${what}.`);
  }
  await startCampaignWorkflow(workflows, campaign.id);
  return { campaignId: campaign.id, state };
}

/** The claim refuses every contact as well: a list may become too old while the campaign runs. */
async function refuseOldLists({ db }: ClientDeps, campaignId: CampaignId): Promise<void> {
  const faults = (await requiredLists(db, campaignId))
    .filter(({ isTooOld }) => isTooOld)
    .map((list) => describeListAge(list, new Date()));
  if (faults.length === 0) return;
  const advice = 'import it with `dialer suppress import FILE --source NAME`';
  throw new RefusedError('SUPPRESSION_LIST_OLD', `${faults.join('; ')}: ${advice}.`);
}

/** One run at a time. The signal keeps one that is about to end, as finished, at its work. */
async function startCampaignWorkflow(
  workflows: Awaited<ReturnType<ClientDeps['workflows']>>,
  campaignId: CampaignId,
): Promise<void> {
  await workflows.signalWithStart('campaign', {
    args: [{ campaignId }],
    workflowId: campaignWorkflowId(campaignId),
    taskQueue: dialerTaskQueue,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    signal: startSignal,
    signalArgs: [],
  });
}
