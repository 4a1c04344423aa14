import type { CampaignId, ContactId } from '../domain/ids.ts';
import { changeContact, type ChangeReason, type ChangeResult } from './change-contact.ts';
import type { Database } from './open-database.ts';
import { retargetContact } from './retarget-contact.ts';

/**
 * Gives a contact to another campaign, where it goes on as a new contact of the same lineage while
 * this one is settled, or to an agent, for whom it waits. The agent's name is the caller's to check.
 */
export async function reassignContact(
  db: Database,
  contactId: ContactId,
  to: { readonly campaignId: CampaignId } | { readonly agent: string },
  reason: ChangeReason,
): Promise<ChangeResult> {
  return changeContact(db, contactId, { action: 'contact.reassign', reason }, async (trx) => {
    if ('campaignId' in to) {
      const result = await retargetContact(trx, contactId, to);
      return 'refused' in result ? result.refused : null;
    }
    await trx.raw(
      `update contacts set assigned_to = :assignedTo, waiting_for = 'agent', waiting_rule = null,
         call_now = false, next_attempt_at = null
       where id = :contactId`,
      { contactId, assignedTo: `agent:${to.agent}` },
    );
    return null;
  });
}
