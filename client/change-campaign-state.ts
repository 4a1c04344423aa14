import { writeAudit } from '../db/audit-log.ts';
import { RefusedError } from '../domain/errors.ts';
import { campaignWorkflowId } from '../workflows/ids.ts';
import { cancelCampaignUpdate, pauseUpdate, resumeUpdate } from '../workflows/messages.ts';
import type { CampaignState } from '../workflows/messages.ts';
import type { ClientDeps } from './client-deps.ts';
import type { Why } from './dialer-client.ts';
import { requireCampaign } from './require-campaign.ts';
import { sendUpdate } from './send-update.ts';

const changes = {
  pause: { update: pauseUpdate, from: ['running'], to: 'paused' },
  resume: { update: resumeUpdate, from: ['paused'], to: 'running' },
  cancel: { update: cancelCampaignUpdate, from: ['draft', 'running', 'paused'], to: 'cancelled' },
} as const;

/**
 * Pauses, resumes or cancels a campaign through its workflow; the audit log gets who and why. A
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
  if (!(from as readonly string[]).includes(campaign.state)) {
    const code = `CAMPAIGN_${campaign.state.toUpperCase()}`;
    throw new RefusedError(code, `${name} is ${campaign.state}: it cannot ${change.verb}.`);
  }
  const workflows = await deps.workflows();
  const auditId = await writeAudit(deps.db, {
    actor: deps.actor,
    action: `campaign.${change.verb}`,
    campaignId: campaign.id,
    reason: change.why.reason ?? null,
  });
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
