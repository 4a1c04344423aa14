import type { CallStatus } from '../domain/call-status.ts';
import type { DialStatus } from '../domain/dial-status.ts';
import type { ContactId } from '../domain/ids.ts';
import type { Database } from './open-database.ts';
import { storedDialStatus } from './stored-values.ts';

export interface Settlement {
  /** For contacts that were never dialled. */
  readonly ifNeverDialled: CallStatus;
  /** For the others; without it, the status of their latest attempt stays. */
  readonly result?: { readonly callStatus: CallStatus; readonly dialStatus: DialStatus | null };
  /** `campaign:<name>` of the one that took it over. */
  readonly assignedTo?: string;
  /** The workflows of those that have one are still to be told, by contactsToTell. */
  readonly tellWorkflow?: boolean;
}

/**
 * Ends waiting contacts without an attempt and returns the ids of those it ended; settled contacts
 * and contacts with a live attempt are left alone. The number that would have been dialled next gets
 * the contact's status if none of the contact's numbers was ever dialled.
 */
export async function settleContacts(
  db: Database,
  contactIds: readonly ContactId[],
  settlement: Settlement,
): Promise<ContactId[]> {
  const { rows } = await db.raw<{ rows: { id: ContactId }[] }>(settleStatement, {
    contactIds,
    ifNeverDialled: settlement.ifNeverDialled,
    callStatus: settlement.result?.callStatus ?? null,
    dialStatus: storedDialStatus(settlement.result?.dialStatus ?? null),
    assignedTo: settlement.assignedTo ?? null,
    tellWorkflow: settlement.tellWorkflow ?? false,
  });
  return rows.map((row) => row.id);
}

const settleStatement = `
with contact as materialized (
  select c.id, c.next_number_id from contacts c
  where c.id = any(:contactIds::uuid[]) and c.state = 'waiting' and c.live_attempt_id is null
  order by c.id
  for no key update
), settled as (
  update contacts c set
    state = 'settled',
    settled_at = clock_timestamp(),
    call_status = case when latest.call_status is null then :ifNeverDialled::text
      else coalesce(:callStatus::text, latest.call_status) end,
    dial_status = case when :callStatus::text is null then latest.dial_status
      else :dialStatus::smallint end,
    assigned_to = coalesce(:assignedTo::text, c.assigned_to),
    waiting_for = case when :tellWorkflow::boolean and c.fed_at is not null
      then 'campaign_cancelled' end,
    waiting_rule = null,
    woken_at = case when :tellWorkflow::boolean then null else c.woken_at end,
    next_attempt_at = null,
    next_number_id = null,
    call_now = false
  from contact x
  left join lateral (
    select n.call_status, n.dial_status from numbers n
    where n.contact_id = x.id and n.attempts_made > 0 and n.call_status is not null
    order by n.last_attempt_at desc limit 1
  ) latest on true
  where c.id = x.id
  returning c.id, c.call_status, x.next_number_id, latest.call_status is null as never_dialled
), numbers_left as (
  update numbers n set
    active = false,
    redial_at = null,
    call_status = case when s.never_dialled and n.id = s.next_number_id and n.call_status is null
      then s.call_status else n.call_status end,
    settled_at = case when s.never_dialled and n.id = s.next_number_id
      then coalesce(n.settled_at, clock_timestamp()) else n.settled_at end
  from settled s
  where n.contact_id = s.id
)
select id from settled
`;
