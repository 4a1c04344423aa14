import type { AttemptId, ContactId } from '../domain/ids.ts';
import type { Database } from './open-database.ts';

/**
 * Bars an attempt id that has no row, so that a claim which is still under way, or comes late, is
 * refused as `existing`. False when the id has a row by now: then the claim was first, and that row
 * says what to do. Waits for a claim of this id that has not yet been committed.
 */
export async function insertVoidAttempt(
  db: Database,
  attempt: { readonly attemptId: AttemptId; readonly contactId: ContactId; readonly trunk: string },
): Promise<boolean> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `insert into attempts (id, contact_id, campaign_id, trunk, state, claimed_at, recorded_at)
     select :attemptId::uuid, c.id, c.campaign_id, :trunk::text, 'void', now(), now()
     from contacts c where c.id = :contactId
     on conflict (id) do nothing
     returning id`,
    { ...attempt },
  );
  return rows.length > 0;
}
