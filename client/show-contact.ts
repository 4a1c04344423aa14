import { listAudit } from '../db/audit-log.ts';
import { showContact as readContact } from '../db/show-contact.ts';
import type { ClientDeps } from './client-deps.ts';
import type { ContactDetails } from './records.ts';
import { contactNotFound, readContactId } from './read-contact-id.ts';

/** @throws NotFoundError `CONTACT_NOT_FOUND` */
export async function showContact(deps: ClientDeps, id: string): Promise<ContactDetails> {
  const contactId = readContactId(id);
  const contact = await readContact(deps.db, contactId);
  if (contact === null) throw contactNotFound(id);
  const audit = await listAudit(deps.db, { contactId });
  const history = audit.map(({ at, actor, action, reason, appliedAt }) => ({
    at,
    actor,
    action,
    reason,
    appliedAt,
  }));
  return { ...contact, history };
}
