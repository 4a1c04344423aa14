import { activateSettingsVersion } from '../db/campaign-settings.ts';
import type { CampaignId } from '../domain/ids.ts';
import type { EngineDeps } from './engine-deps.ts';

/** Makes a stored settings version the one that every later claim and decision uses. */
export function createActivateSettings(deps: EngineDeps) {
  return async function activateSettings(input: {
    readonly campaignId: CampaignId;
    readonly version: number;
  }): Promise<{ version: number }> {
    await activateSettingsVersion(deps.db, input.campaignId, input.version);
    deps.log.info({ campaignId: input.campaignId, version: input.version }, 'settings activated');
    return { version: input.version };
  };
}
