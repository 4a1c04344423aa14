import { campaignProgress } from '../db/campaign-progress.ts';
import { listCampaigns as readCampaigns, type CampaignRecord } from '../db/campaigns.ts';
import type { ClientDeps } from './client-deps.ts';
import type { CampaignStatus, CampaignSummary } from './records.ts';
import { requireCampaign } from './require-campaign.ts';

/** All campaigns by name, with their counts. */
export async function listCampaigns(deps: ClientDeps): Promise<readonly CampaignSummary[]> {
  const summaries: CampaignSummary[] = [];
  for (const campaign of await readCampaigns(deps.db)) {
    summaries.push(await summarise(deps, campaign));
  }
  return summaries;
}

/** State, counts and settings of one campaign. */
export async function campaignStatus(deps: ClientDeps, name: string): Promise<CampaignStatus> {
  const campaign = await requireCampaign(deps, name);
  const { settingsVersion, settings, startedAt, finishedAt } = campaign;
  const summary = await summarise(deps, campaign);
  return { ...summary, startedAt, finishedAt, settingsVersion, settings };
}

async function summarise(deps: ClientDeps, campaign: CampaignRecord): Promise<CampaignSummary> {
  const { id, name, createdAt } = campaign;
  const progress = await campaignProgress(deps.db, id);
  return { name, ...progress, createdAt };
}
