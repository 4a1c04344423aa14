import type { ContactId } from '../domain/ids.ts';
import type { Database } from './open-database.ts';

/** The contact that waits in the campaign this one was retargeted to; null when nobody waits there. */
export async function findHeir(db: Database, contactId: ContactId): Promise<ContactId | null> {
  const { rows } = await db.raw<{ rows: { id: ContactId }[] }>(
    `select id from contacts
     where retargeted_from = :contactId and state = 'waiting'
     order by created_at desc limit 1`,
    { contactId },
  );
  return rows[0]?.id ?? null;
}
