import { isUuid, type CampaignId, type ContactId } from '../domain/ids.ts';

/** Task queue of workflows and of the activities that never dial. */
export const dialerTaskQueue = 'dialer';

/** Queue of placeCall for one trunk; polled by the process that owns the trunk and by nobody else. */
export function dialTaskQueue(trunk: string): string {
  return `dial.${trunk}`;
}

/** Queue of reconcileCall for one trunk, apart from dialling so that neither waits for the other. */
export function reconcileTaskQueue(trunk: string): string {
  return `reconcile.${trunk}`;
}

export function campaignWorkflowId(campaignId: CampaignId): string {
  return `campaign/${campaignId}`;
}

export function contactWorkflowId(contactId: ContactId): string {
  return `contact/${contactId}`;
}

/** The contact id in a workflow id made by contactWorkflowId; null for any other workflow id. */
export function contactIdOf(workflowId: string): ContactId | null {
  const [kind, id, ...rest] = workflowId.split('/');
  if (kind !== 'contact' || id === undefined || rest.length > 0 || !isUuid(id)) return null;
  return id as ContactId;
}
