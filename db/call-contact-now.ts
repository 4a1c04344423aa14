import type { ContactId } from '../domain/ids.ts';
import { changeContact, type ChangeReason, type ChangeResult } from './change-contact.ts';
import type { Database } from './open-database.ts';

/**
 * Makes a contact due at once, an agent's contact as well. It skips the waiting and nothing else:
 * the claim still looks at suppression, limits and the campaign's state.
 */
export async function callContactNow(
  db: Database,
  contactId: ContactId,
  reason: ChangeReason,
): Promise<ChangeResult> {
  return changeContact(
    db,
    contactId,
    { action: 'contact.callNow', reason },
    async (trx, contact) => {
      if (contact.campaign_state !== 'running' && contact.campaign_state !== 'paused') {
        return 'campaign_not_running';
      }
      if (contact.waiting_for === 'retarget_target') return 'retarget_target';
      await trx.raw(
        `update contacts set next_attempt_at = null, waiting_for = null, waiting_rule = null,
         call_now = true
       where id = :contactId`,
        { contactId },
      );
      return null;
    },
  );
}
