/**
 * A campaign as a control plane: it feeds due contacts in pages, and is told to pause, resume,
 * change or end. It is no parent of its contacts: a page costs it one activity, whatever its size,
 * and the pace is kept by the activity, which waits until dial capacity is open.
 */
import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  continueAsNew,
  patched,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { createActivities } from '../activities/create-activities.ts';
import {
  cancelCampaignUpdate,
  changeSettingsUpdate,
  pauseUpdate,
  progressQuery,
  resumeUpdate,
  startSignal,
  type Because,
  type CampaignInput,
  type CampaignProgress,
  type CampaignState,
} from './messages.ts';

type Activities = ReturnType<typeof createActivities>;

const { feedContacts } = proxyActivities<Activities>({
  startToCloseTimeout: '10m',
  heartbeatTimeout: '20s',
  retry: { maximumInterval: '30s' },
});
const { changeCampaignState, activateSettings } = proxyActivities<Activities>({
  startToCloseTimeout: '1m',
  retry: { maximumInterval: '30s' },
});

export async function campaign(input: CampaignInput): Promise<CampaignProgress> {
  const { campaignId } = input;
  let state: CampaignState = 'running';
  let progress: CampaignProgress | null = null;
  let changes = 0;
  let starts = 0;

  async function change(to: 'paused' | 'running' | 'cancelled', because: Because) {
    const changed = await changeCampaignState({ campaignId, to, ...because });
    state = changed.state;
    changes += 1;
    return changed;
  }
  const refuseIf = (refused: boolean, code: string) => {
    if (refused) throw ApplicationFailure.nonRetryable(`Refused: ${code}.`, code);
  };
  const isOver = () => state === 'cancelled' || state === 'finished';

  setHandler(startSignal, () => {
    starts += 1;
  });
  setHandler(progressQuery, () => progress);
  setHandler(pauseUpdate, (because) => change('paused', because), {
    validator: (_because) => refuseIf(state !== 'running', `campaign_${state}`),
  });
  setHandler(resumeUpdate, (because) => change('running', because), {
    // Also while it looks running here: a pause is in Postgres before this workflow hears of it.
    validator: (_because) => refuseIf(isOver(), `campaign_${state}`),
  });
  setHandler(cancelCampaignUpdate, (because) => change('cancelled', because), {
    validator: (_because) => refuseIf(isOver(), `campaign_${state}`),
  });
  setHandler(changeSettingsUpdate, (message) => activateSettings({ campaignId, ...message }), {
    validator: (_because) => refuseIf(isOver(), `campaign_${state}`),
  });

  for (;;) {
    const changesBefore = changes;
    const startsBefore = starts;
    const page = await feedContacts({ campaignId });
    progress = page.progress;
    // What the page saw may be older than a pause or resume that was made meanwhile.
    if (changes !== changesBefore && patched('changes-outlive-pages')) {
      await condition(() => state !== 'paused');
      continue;
    }
    state = page.progress.state;
    if (isOver() && !page.hasMore) {
      if (starts === startsBefore) await condition(allHandlersFinished);
      if (starts === startsBefore) return progress;
      // Started again since the page saw it finished: the next page tells.
      state = 'running';
    }
    if (state === 'paused') await condition(() => state !== 'paused');
    if (workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof campaign>(input);
    }
  }
}
