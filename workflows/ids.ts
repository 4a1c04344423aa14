import type { CampaignId, ContactId } from '../domain/ids.ts';

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
