import { setTimeout as delay } from 'node:timers/promises';
import { campaignProgress } from '../db/campaign-progress.ts';
import { campaignReport, type CampaignReport } from '../db/report.ts';
import type { ClientDeps } from './client-deps.ts';
import type { WaitOptions } from './dialer-client.ts';
import { requireCampaign } from './require-campaign.ts';

const lookEveryMs = 500;
/** How long Postgres may be away before the waiting ends: a restart of it is not the end. */
const patienceMs = 60_000;

/**
 * Resolves with the report when no contact of the campaign is pending any more, whether it finished
 * or was cancelled. A contact that waits for a redial or a window is pending. A database that is away
 * for less than a minute is waited for.
 * @throws the signal's reason when it is aborted first
 */
export async function waitUntilSettled(
  deps: ClientDeps,
  name: string,
  { signal, onProgress }: WaitOptions = {},
): Promise<CampaignReport> {
  const { id } = await requireCampaign(deps, name);
  let answeredAt = performance.now();
  for (;;) {
    signal?.throwIfAborted();
    try {
      const progress = await campaignProgress(deps.db, id);
      answeredAt = performance.now();
      onProgress?.(progress);
      const isSettled = progress.pending === 0 && progress.state !== 'draft';
      if (isSettled) return await campaignReport(deps.db, id);
    } catch (error) {
      if (performance.now() - answeredAt > patienceMs) throw error;
    }
    await delay(lookEveryMs, undefined, signal ? { signal } : {}).catch(() => {});
  }
}
