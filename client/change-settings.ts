import { writeAudit } from '../db/audit-log.ts';
import { applyChangedRules } from '../db/apply-changed-rules.ts';
import { activateSettingsVersion, storeSettingsVersion } from '../db/campaign-settings.ts';
import { listCampaigns } from '../db/campaigns.ts';
import { ConfigError, RefusedError } from '../domain/errors.ts';
import { campaignWorkflowId } from '../workflows/ids.ts';
import { changeSettingsUpdate } from '../workflows/messages.ts';
import type { ClientDeps } from './client-deps.ts';
import type { DialerClient, Why } from './dialer-client.ts';
import { readCampaignText } from './read-campaign-text.ts';
import { refuseRetargetCircle } from './refuse-retarget-circle.ts';
import { requireCampaign } from './require-campaign.ts';
import { sendUpdate } from './send-update.ts';

/**
 * Stores new settings as the next version and puts it in force: every later claim and decision uses
 * it. Settings hold a caller id, so only the version's number travels through Temporal.
 * @throws ConfigError (a bad file, or another campaign's), RefusedError `CAMPAIGN_CANCELLED`
 */
export async function changeSettings(
  deps: ClientDeps,
  name: string,
  { file, why }: { readonly file: string; readonly why: Why },
): ReturnType<DialerClient['changeSettings']> {
  const campaign = await requireCampaign(deps, name);
  const { settings, warnings } = readCampaignText(file, deps.known);
  if (settings.name !== name) {
    throw new ConfigError([{ path: 'name', message: `this file is for another campaign` }]);
  }
  refuseRetargetCircle(settings, await listCampaigns(deps.db));
  if (campaign.state === 'cancelled') {
    throw new RefusedError(
      'CAMPAIGN_CANCELLED',
      `${name} is cancelled: its rules stay as they are.`,
    );
  }
  const isAtWork = campaign.state === 'running' || campaign.state === 'paused';
  const workflows = isAtWork ? await deps.workflows() : null;
  const version = await storeSettingsVersion(deps.db, campaign.id, { settings, source: file });
  const auditId = await writeAudit(deps.db, {
    actor: deps.actor,
    action: 'campaign.set',
    campaignId: campaign.id,
    reason: why.reason ?? null,
    details: { version },
  });
  if (workflows === null) {
    await activateSettingsVersion(deps.db, campaign.id, version);
    await applyChangedRules(deps.db, campaign.id);
  } else {
    await sendUpdate(workflows, {
      workflow: {
        type: 'campaign',
        id: campaignWorkflowId(campaign.id),
        input: { campaignId: campaign.id },
      },
      definition: changeSettingsUpdate,
      message: { version, auditId },
      updateId: auditId,
    });
  }
  return { version, warnings };
}
