import type { ContactId } from '../domain/ids.ts';
import type { Decision } from '../domain/next-step.ts';
import type { Database } from './open-database.ts';

/** What changed rules decided of a contact after its latest attempt, instead of what that has recorded. */
export interface RedecisionInForce {
  readonly settingsVersion: number;
  readonly decision: Decision;
}

/** null: the latest attempt's own decision holds, or there is none. */
export async function redecisionInForce(
  db: Database,
  contactId: ContactId,
): Promise<RedecisionInForce | null> {
  const { rows } = await db.raw<{ rows: { redecision: RedecisionInForce }[] }>(
    `select c.redecision - 'attemptId' as redecision from contacts c
     where c.id = :contactId and c.redecision ->> 'attemptId' = (
       select a.id::text from attempts a
       where a.contact_id = c.id and a.state in ('ended', 'unconfirmed')
       order by a.claimed_at desc, a.id desc limit 1
     )`,
    { contactId },
  );
  return rows[0]?.redecision ?? null;
}
