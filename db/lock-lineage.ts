import type { ContactId } from '../domain/ids.ts';
import type { Database } from './open-database.ts';

export interface LineageMember {
  readonly id: ContactId;
  readonly attempts_by_status: Readonly<Record<string, number>>;
}

/**
 * Locks a contact and the later ones of its lineage, whose counts include its attempts, until the
 * transaction ends. In the order of their ids, as everybody does who locks several contacts. A contact
 * that is handed on while we wait has a child that the statement did not see: then it is asked again.
 */
export async function lockLineage(trx: Database, contactId: ContactId): Promise<LineageMember[]> {
  let known = 0;
  for (;;) {
    const { rows } = await trx.raw<{ rows: LineageMember[] }>(statement, { contactId });
    if (rows.length === known) return rows;
    known = rows.length;
  }
}

const statement = `
with recursive members (id) as (
  select id from contacts where id = :contactId
  union
  select c.id from members m join contacts c on c.retargeted_from = m.id
)
select c.id, c.attempts_by_status from contacts c
where c.id in (select id from members)
order by c.id
for no key update of c
`;
