import type { ContactId } from '../domain/ids.ts';
import { changeContact, type ChangeReason, type ChangeResult } from './change-contact.ts';
import type { Database } from './open-database.ts';
import { settleContacts } from './settle-contacts.ts';

/**
 * Puts all numbers of a contact on everybody's suppression list, or on its campaign's, and ends the
 * contact: `restricted` if it was never dialled, else its last status stays.
 */
export async function suppressContact(
  db: Database,
  contactId: ContactId,
  scope: 'global' | 'campaign',
  reason: ChangeReason,
): Promise<ChangeResult> {
  return changeContact(db, contactId, { action: 'contact.suppress', reason }, async (trx) => {
    await trx.raw(
      `insert into suppressions (phone_key, e164, campaign_id, source)
       select n.phone_key, n.e164, case when :scope = 'campaign' then n.campaign_id end, 'manual'
       from numbers n where n.contact_id = :contactId order by n.phone_key
       on conflict on constraint suppressions_entry do update set
         listed_at = excluded.listed_at, expires_at = null`,
      { contactId, scope },
    );
    await settleContacts(trx, [contactId], { ifNeverDialled: 'restricted' });
    return null;
  });
}
