import { createCampaign as insertCampaign, listCampaigns } from '../db/campaigns.ts';
import { RefusedError } from '../domain/errors.ts';
import type { ClientDeps } from './client-deps.ts';
import type { DialerClient } from './dialer-client.ts';
import { readCampaignText } from './read-campaign-text.ts';
import { refuseRetargetCircle } from './refuse-retarget-circle.ts';

/**
 * Stores a campaign as a draft.
 * @throws ConfigError (a bad file), RefusedError `CAMPAIGN_EXISTS`
 */
export async function createCampaign(
  deps: ClientDeps,
  file: string,
): ReturnType<DialerClient['createCampaign']> {
  const { settings, warnings } = readCampaignText(file, deps.known);
  refuseRetargetCircle(settings, await listCampaigns(deps.db));
  const created = await insertCampaign(deps.db, { settings, source: file });
  if ('refused' in created) {
    throw new RefusedError('CAMPAIGN_EXISTS', `There is already a campaign ${settings.name}.`);
  }
  return { campaignId: created.id, name: settings.name, warnings };
}
