import type { UpdateDefinition } from '@temporalio/common';
import { writeAudit } from '../db/audit-log.ts';
import { getCampaign } from '../db/campaigns.ts';
import { showContact, type ContactDetails } from '../db/show-contact.ts';
import { RefusedError } from '../domain/errors.ts';
import type { AuditId } from '../domain/ids.ts';
import { contactWorkflowId } from '../workflows/ids.ts';
import type { Because, ManualActionResult } from '../workflows/messages.ts';
import type { ClientDeps } from './client-deps.ts';
import type { Why } from './dialer-client.ts';
import { contactNotFound, readContactId } from './read-contact-id.ts';
import { sendUpdate } from './send-update.ts';

export interface ContactAction<Message extends Because> {
  /** In the audit log, such as `contact.reassign`. */
  readonly action: string;
  readonly update: UpdateDefinition<ManualActionResult, [Message]>;
  readonly message: (auditId: AuditId) => Message;
  readonly why: Why;
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * Does something to a contact by hand: the audit log first gets who and why, then the contact's
 * workflow gets the message, which carries only the entry's id. A contact that was never fed has no
 * workflow yet; it is started with the message.
 * @throws NotFoundError `CONTACT_NOT_FOUND`; RefusedError `contact_settled` and the workflow's codes
 */
export async function actOnContact<Message extends Because>(
  deps: ClientDeps,
  id: string,
  { action, update, message, why, details }: ContactAction<Message>,
): Promise<ManualActionResult> {
  const contact = await findContact(deps, id);
  if (contact.callStatus !== null) {
    throw new RefusedError(
      'contact_settled',
      `The contact is settled (${contact.callStatus}); nothing is pending that could be changed.`,
    );
  }
  const { contactId, campaignId } = contact;
  const campaign = await getCampaign(deps.db, campaignId);
  const workflows = await deps.workflows();
  const auditId = await writeAudit(deps.db, {
    actor: deps.actor,
    action,
    campaignId,
    contactId,
    reason: why.reason ?? null,
    details: details ?? {},
  });
  return sendUpdate(workflows, {
    workflow: {
      type: 'contact',
      id: contactWorkflowId(contactId),
      input: { contactId, trunks: campaign?.settings.trunks ?? [] },
    },
    definition: update,
    message: message(auditId),
    updateId: auditId,
  });
}

/** @throws NotFoundError `CONTACT_NOT_FOUND` */
export async function findContact(deps: ClientDeps, id: string): Promise<ContactDetails> {
  const contact = await showContact(deps.db, readContactId(id));
  if (contact === null) throw contactNotFound(id);
  return contact;
}
