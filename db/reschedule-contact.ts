import type { ContactId } from '../domain/ids.ts';
import { changeContact, type ChangeReason, type ChangeResult } from './change-contact.ts';
import type { Database } from './open-database.ts';

/** Moves the next attempt to `at` (ISO 8601), sooner or later than it was; an agent's contact too. */
export async function rescheduleContact(
  db: Database,
  contactId: ContactId,
  at: string,
  reason: ChangeReason,
): Promise<ChangeResult> {
  return changeContact(
    db,
    contactId,
    { action: 'contact.reschedule', reason },
    async (trx, contact) => {
      if (contact.waiting_for === 'retarget_target') return 'retarget_target';
      await trx.raw(
        `update contacts set next_attempt_at = :at::timestamptz, waiting_for = null, waiting_rule = null,
         call_now = coalesce(assigned_to like 'agent:%', false)
       where id = :contactId`,
        { contactId, at: new Date(at).toISOString() },
      );
      return null;
    },
  );
}
