import { setTimeout as delay } from 'node:timers/promises';
import { campaignProgress } from '../db/campaign-progress.ts';
import { campaignReport, type CampaignReport } from '../db/report.ts';
import type { ClientDeps } from './client-deps.ts';
import type { WaitOptions } from './dialer-client.ts';
import { requireCampaign } from './require-campaign.ts';

const lookEveryMs = 500;

/**
 * Resolves with the report when no contact of the campaign is pending any more, whether it finished
 * or was cancelled. A contact that waits for a redial or a window is pending.
 * @throws the signal's reason when it is aborted first
 */
export async function waitUntilSettled(
  deps: ClientDeps,
  name: string,
  { signal, onProgress }: WaitOptions = {},
): Promise<CampaignReport> {
  const { id } = await requireCampaign(deps, name);
  for (;;) {
    signal?.throwIfAborted();
    const progress = await campaignProgress(deps.db, id);
    onProgress?.(progress);
    if (progress.pending === 0 && progress.state !== 'draft') return campaignReport(deps.db, id);
    await delay(lookEveryMs, undefined, signal ? { signal } : {}).catch(() => {});
  }
}
