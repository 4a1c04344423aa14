import { setCampaignState } from '../db/set-campaign-state.ts';
import { writeAudit } from '../db/audit-log.ts';
import type { CampaignId } from '../domain/ids.ts';
import type { Because, CampaignState } from '../workflows/messages.ts';
import type { EngineDeps } from './engine-deps.ts';

export interface ChangeCampaignStateInput extends Because {
  readonly campaignId: CampaignId;
  readonly to: 'running' | 'paused' | 'cancelled';
}

/** Pause, resume, cancel: one statement each, which every later claim obeys. Safe to repeat. */
export function createChangeCampaignState(deps: EngineDeps) {
  return async function changeCampaignState(
    input: ChangeCampaignStateInput,
  ): Promise<{ state: CampaignState }> {
    const state = await setCampaignState(
      deps.db,
      input.campaignId,
      input.to,
      input.auditId ?? null,
    );
    if (input.auditId === undefined) {
      await writeAudit(deps.db, {
        actor: 'temporal',
        action: `campaign.${input.to}`,
        campaignId: input.campaignId,
        reason: input.reasonCode ?? 'not given',
      });
    }
    deps.log.info({ campaignId: input.campaignId, state }, 'campaign state changed');
    return { state };
  };
}
