import { findCampaign, type CampaignRecord } from '../db/campaigns.ts';
import { NotFoundError } from '../domain/errors.ts';
import type { ClientDeps } from './client-deps.ts';

/** @throws NotFoundError `CAMPAIGN_NOT_FOUND` */
export async function requireCampaign(deps: ClientDeps, name: string): Promise<CampaignRecord> {
  const campaign = await findCampaign(deps.db, name);
  if (campaign === null) {
    throw new NotFoundError('CAMPAIGN_NOT_FOUND', `There is no campaign ${JSON.stringify(name)}.`);
  }
  return campaign;
}
