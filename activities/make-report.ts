import { campaignReport, type CampaignReport } from '../db/report.ts';
import type { CampaignId } from '../domain/ids.ts';
import type { EngineDeps } from './engine-deps.ts';

/** The figures of a campaign at one moment; counts only, so they may stand in a history. */
export function createMakeReport(deps: EngineDeps) {
  return async function makeReport(input: {
    readonly campaignId: CampaignId;
    readonly from?: string;
    readonly to?: string;
  }): Promise<CampaignReport> {
    const { campaignId, ...period } = input;
    return campaignReport(deps.db, campaignId, period);
  };
}
