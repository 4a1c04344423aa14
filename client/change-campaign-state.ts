import { writeAudit } from '../db/audit-log.ts';
import { setCampaignState } from '../db/set-campaign-state.ts';
import { RefusedError } from '../domain/errors.ts';
import { campaignWorkflowId } from '../workflows/ids.ts';
import { cancelCampaignUpdate, resumeUpdate } from '../workflows/messages.ts';
import type { CampaignState } from '../workflows/messages.ts';
import type { ClientDeps } from './client-deps.ts';
import type { Why } from './dialer-client.ts';
import { requireCampaign } from './require-campaign.ts';
import { sendUpdate } from './send-update.ts';

const changes = {
  // In Postgres alone, which every claim asks: it must not wait behind thousands of workflows, nor for
  // Temporal to be there. The campaign's workflow hears of it with its next page.
  pause: { update: null, from: ['running'], to: 'paused' },
  resume: { update: resumeUpdate, from: ['paused'], to: 'running' },
  cancel: { update: cancelCampaignUpdate, from: ['draft', 'running', 'paused'], to: 'cancelled' },
} as const;

/**
 * Pauses a campaign, or resumes or cancels it through its workflow; the audit log gets who and why. A
 * campaign that is in the wanted state already stays as it is.
 * @throws RefusedError `CAMPAIGN_DRAFT` `CAMPAIGN_RUNNING` … when its state does not allow it
 */
export async function changeCampaignState(
  deps: ClientDeps,
  name: string,
  change: { readonly verb: keyof typeof changes; readonly why: Why },
): Promise<{ state: CampaignState }> {
  const { update, from, to } = changes[change.verb];
  const campaign = await requireCampaign(deps, name);
  if (campaign.state === to) return { state: to };
  const refuse = (state: CampaignState) => {
    const code = `CAMPAIGN_${state.toUpperCase()}`;
    throw new RefusedError(code, `${name} is ${state}: it cannot ${change.verb}.`);
  };
  if (!(from as readonly string[]).includes(campaign.state)) refuse(campaign.state);
  const workflows = update === null ? null : await deps.workflows();
  const auditId = await writeAudit(deps.db, {
    actor: deps.actor,
    action: `campaign.${change.verb}`,
    campaignId: campaign.id,
    reason: change.why.reason ?? null,
  });
  if (workflows === null || update === null) {
    const state = await setCampaignState(deps.db, campaign.id, to, auditId);
    if (state !== to) refuse(state);
    return { state };
  }
  const workflow = {
    type: 'campaign',
    id: campaignWorkflowId(campaign.id),
    input: { campaignId: campaign.id },
  };
  return sendUpdate(workflows, {
    workflow,
    definition: update,
    message: { auditId },
    updateId: auditId,
  });
}
