/** What the feeder asks and notes, by the ids of contacts. */
import { contactsToTell, contactsToWake, markWoken, type NamedContact } from '../../db/feed.ts';
import type { Database } from '../../db/open-database.ts';
import type { ContactId } from '../../domain/ids.ts';

type Page = Parameters<typeof contactsToWake>[1];

export async function idsToWake(db: Database, page: Page): Promise<ContactId[]> {
  return (await contactsToWake(db, page)).map(({ id }) => id);
}

export async function idsToTell(db: Database, page: Page): Promise<ContactId[]> {
  return (await contactsToTell(db, page)).map(({ id }) => id);
}

/** As if each was named, and told, just now. */
export async function markToldNow(db: Database, contactIds: readonly ContactId[]): Promise<void> {
  const { rows } = await db.raw<{ rows: NamedContact[] }>(
    'select id, xmin::text as version from contacts where id = any(?)',
    [[...contactIds]],
  );
  await markWoken(db, rows);
}
