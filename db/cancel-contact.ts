import type { ContactId } from '../domain/ids.ts';
import { changeContact, type ChangeReason, type ChangeResult } from './change-contact.ts';
import type { Database } from './open-database.ts';
import { settleContacts } from './settle-contacts.ts';

/** Ends a contact: `cancelled` if it was never dialled, else its last status stays. */
export async function cancelContact(
  db: Database,
  contactId: ContactId,
  reason: ChangeReason,
): Promise<ChangeResult> {
  return changeContact(db, contactId, { action: 'contact.cancel', reason }, async (trx) => {
    await settleContacts(trx, [contactId], { ifNeverDialled: 'cancelled' });
    return null;
  });
}
