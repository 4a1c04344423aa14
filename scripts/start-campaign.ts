/**
 * Starts a campaign from a script of your own, with `@temporalio/client` and nothing else of ours:
 *
 *   npx tsx scripts/start-campaign.ts CAMPAIGN_ID [TEMPORAL_ADDRESS [NAMESPACE]]
 *
 * The campaign must exist and have contacts: `dialer campaign create` prints its id, and so does
 * `dialer campaign list --json`. The address is 127.0.0.1:7233 unless you say otherwise; `dialer up`
 * prints the one of its own server. Starting a campaign that runs already changes nothing.
 */
import { Connection, WorkflowClient } from '@temporalio/client';

const [campaignId, address = '127.0.0.1:7233', namespace = 'default'] = process.argv.slice(2);
if (campaignId === undefined) {
  console.error(
    'usage: npx tsx scripts/start-campaign.ts CAMPAIGN_ID [TEMPORAL_ADDRESS [NAMESPACE]]',
  );
  process.exit(2);
}

const connection = await Connection.connect({ address });
try {
  const workflows = new WorkflowClient({ connection, namespace });
  const handle = await workflows.signalWithStart('campaign', {
    args: [{ campaignId }],
    taskQueue: 'dialer',
    // One workflow per campaign, whoever starts it and however often.
    workflowId: `campaign/${campaignId}`,
    // Without it, a run that is about to end, because the campaign was finished, would not look again.
    signal: 'start',
    signalArgs: [],
  });
  console.log(`started ${handle.workflowId}`);
} finally {
  await connection.close();
}
