import { createActivateSettings } from './activate-settings.ts';
import { createApplyManualAction } from './apply-manual-action.ts';
import { createChangeCampaignState } from './change-campaign-state.ts';
import type { EngineDeps } from './engine-deps.ts';
import { createFeedContacts } from './feed-contacts.ts';
import { createHoldForTurn } from './hold-for-turn.ts';
import { createMakeReport } from './make-report.ts';
import { createReadNextStep } from './read-next-step.ts';

/** The activities of the queue `dialer`: everything that never touches a phone. */
export function createActivities(deps: EngineDeps) {
  return {
    feedContacts: createFeedContacts(deps),
    changeCampaignState: createChangeCampaignState(deps),
    activateSettings: createActivateSettings(deps),
    applyManualAction: createApplyManualAction(deps),
    holdForTurn: createHoldForTurn(deps),
    readNextStep: createReadNextStep(deps),
    makeReport: createMakeReport(deps),
  };
}
