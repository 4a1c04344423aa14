import type { ContactId } from '../domain/ids.ts';
import type { ChangeReason, ChangeResult } from './change-contact.ts';
import { isApplied, noteApplied, stepAfter } from './change-contact.ts';
import { lockContact } from './lock-contact.ts';
import type { Database } from './open-database.ts';
import { retryContended } from './retry-contended.ts';
import { settleContacts } from './settle-contacts.ts';
import { suppressedBy } from './suppression-check.ts';

/**
 * Puts all numbers of a contact on everybody's suppression list, or on its campaign's, whatever the
 * contact's state: a wish not to be called is never too late. A contact that waits ends, `restricted`
 * if it was never dialled, else with its last status.
 */
export async function suppressContact(
  db: Database,
  contactId: ContactId,
  scope: 'global' | 'campaign',
  reason: ChangeReason,
): Promise<ChangeResult> {
  const what = { action: 'contact.suppress', reason };
  return retryContended(() =>
    db.transaction(async (trx) => {
      const contact = await lockContact(trx, contactId);
      if (contact === null) return { refused: 'unknown_contact' };
      const before = await isApplied(trx, contact, what);
      if (before === 'mismatch') return { refused: 'audit_id_mismatch' };
      if (!before) {
        await trx.raw(suppressNumbers, { contactId, scope });
        // In force from now on; the contact itself ends when the call has its outcome.
        if (contact.live_attempt_id !== null) return { refused: 'attempt_in_progress' };
        const settled = await settleContacts(trx, [contactId], { ifNeverDialled: 'restricted' });
        if (settled.length > 0) await trx.raw(noteRefusal, { contactId });
        await noteApplied(trx, contact, what);
      }
      return { next: await stepAfter(trx, contactId) };
    }),
  );
}

const suppressNumbers = `
insert into suppressions (phone_key, e164, campaign_id, source)
select n.phone_key, n.e164, case when :scope = 'campaign' then n.campaign_id end, 'manual'
from numbers n where n.contact_id = :contactId order by n.phone_key
on conflict on constraint suppressions_entry do update set
  listed_at = excluded.listed_at, expires_at = null
`;

const noteRefusal = `
update numbers n set refused_by = ${suppressedBy('n.phone_key', 'n.campaign_id')}
where n.contact_id = :contactId
`;
