import { applyChangedRules } from '../db/apply-changed-rules.ts';
import { activateSettingsVersion } from '../db/campaign-settings.ts';
import type { CampaignId } from '../domain/ids.ts';
import type { EngineDeps } from './engine-deps.ts';

/** Whoever asked for the change waits for its answer; contacts left after this are the feeder's. */
const patienceMs = 5_000;

/**
 * Makes a stored settings version the one that every later claim and decision uses, and brings it to the
 * contacts that wait; where those are many, the feeder goes on with them.
 */
export function createActivateSettings(deps: EngineDeps) {
  return async function activateSettings(input: {
    readonly campaignId: CampaignId;
    readonly version: number;
  }): Promise<{ version: number }> {
    await activateSettingsVersion(deps.db, input.campaignId, input.version);
    await applyChangedRules(deps.db, input.campaignId, patienceMs);
    deps.log.info({ campaignId: input.campaignId, version: input.version }, 'settings activated');
    return { version: input.version };
  };
}
