/**
 * Gives a contact to an agent or to another campaign from a script of your own, with
 * `@temporalio/client` and nothing else of ours:
 *
 *   npx tsx scripts/reassign-contact.ts CONTACT_ID (agent:NAME | campaign:CAMPAIGN_ID) [REASON_CODE [TEMPORAL_ADDRESS [NAMESPACE]]]
 *
 * It acts at once on a contact that sleeps, waits or was never started, and after the call on one that
 * is being called. `dialer numbers NAME --json` has the ids of contacts. The reason code is one of
 * customer_request, supervisor_decision (unless you say otherwise), wrong_number, data_correction,
 * complaint and other. The address is 127.0.0.1:7233 unless you say otherwise; `dialer up` prints the one
 * of its own server. Exit code 5: refused, with the reason.
 */
import { randomUUID } from 'node:crypto';
import {
  Connection,
  WithStartWorkflowOperation,
  WorkflowClient,
  WorkflowUpdateFailedError,
} from '@temporalio/client';

const [contactId, target, reasonCode = 'supervisor_decision', ...where] = process.argv.slice(2);
const [address = '127.0.0.1:7233', namespace = 'default'] = where;
const [, kind, name] = /^(agent|campaign):(.+)$/.exec(target ?? '') ?? [];
if (contactId === undefined || kind === undefined) {
  console.error(
    'usage: npx tsx scripts/reassign-contact.ts CONTACT_ID (agent:NAME | campaign:CAMPAIGN_ID) [REASON_CODE [TEMPORAL_ADDRESS [NAMESPACE]]]',
  );
  process.exit(2);
}

const connection = await Connection.connect({ address });
try {
  const workflows = new WorkflowClient({ connection, namespace });
  const to = kind === 'agent' ? { agent: name } : { campaignId: name };
  const result: { applied: 'at_once' | 'deferred' } = await workflows.executeUpdateWithStart(
    'reassign',
    {
      args: [{ to, reasonCode }],
      // With an id of your own for each decision, one that is sent twice is carried out once.
      updateId: randomUUID(),
      startWorkflowOperation: new WithStartWorkflowOperation('contact', {
        workflowId: `contact/${contactId}`,
        taskQueue: 'dialer',
        args: [{ contactId }],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        workflowIdConflictPolicy: 'USE_EXISTING',
      }),
    },
  );
  console.log(`reassigned ${result.applied}`);
} catch (error) {
  if (!(error instanceof WorkflowUpdateFailedError)) throw error;
  console.error(`refused: ${error.cause?.message}`);
  process.exitCode = 5;
} finally {
  await connection.close();
}
