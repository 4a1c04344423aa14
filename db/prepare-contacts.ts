import type { ContactId } from '../domain/ids.ts';
import type { Database } from './open-database.ts';
import { suppressedBy, suppressionCheck } from './suppression-check.ts';

/**
 * Makes contacts whose rows were just inserted ready: numbers outside their numbering plan are
 * settled as `invalid_number`, suppressed ones as `restricted`; the first of the others is next. A
 * contact without any such number is settled at once. Returns the ids of those it settled.
 */
export async function prepareContacts(
  trx: Database,
  contactIds: readonly ContactId[],
): Promise<ContactId[]> {
  await trx.raw(settleUnusableNumbers, { contactIds });
  const { rows } = await trx.raw<{ rows: { id: ContactId; state: string }[] }>(chooseFirstNumber, {
    contactIds,
  });
  return rows.filter((row) => row.state === 'settled').map((row) => row.id);
}

const settleUnusableNumbers = `
update numbers n set
  call_status = case when n.valid then 'restricted' else 'invalid_number' end,
  refused_by = case when n.valid then ${suppressedBy('n.phone_key', 'n.campaign_id')} end,
  settled_at = now()
where n.contact_id = any(:contactIds::uuid[])
  and (not n.valid or ${suppressionCheck('n.phone_key', 'n.campaign_id')})
`;

const chooseFirstNumber = `
with prepared as (
  select n.contact_id,
    (array_agg(n.id order by n.position) filter (where n.settled_at is null))[1] as first_number_id,
    -- Nothing to dial: a list that forbids it says more than a number that does not exist.
    case when bool_or(n.call_status = 'restricted') then 'restricted' else 'invalid_number' end as status
  from numbers n
  where n.contact_id = any(:contactIds::uuid[])
  group by n.contact_id
), retired as (
  update numbers n set active = false
  from prepared p
  where n.contact_id = p.contact_id and p.first_number_id is null
)
update contacts c set
  next_number_id = p.first_number_id,
  state = case when p.first_number_id is null then 'settled' else 'waiting' end,
  call_status = case when p.first_number_id is null then p.status end,
  settled_at = case when p.first_number_id is null then now() end,
  next_attempt_at = case when p.first_number_id is not null then c.next_attempt_at end
from prepared p
where c.id = p.contact_id
returning c.id, c.state
`;
