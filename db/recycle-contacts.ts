/**
 * A list dialled again: settled contacts with chosen statuses wait again, with their numbers open. It is
 * a new round of redials and nothing else is: attempts, their counts by status and so every budget stay.
 * It works in pages, each a transaction, and may be repeated with the same audit entry: who was settled
 * after that entry was written is not touched.
 */
import type { CallStatus } from '../domain/call-status.ts';
import type { AuditId, CampaignId, ContactId } from '../domain/ids.ts';
import type { RecycleSelection } from '../domain/recycle-selection.ts';
import type { CampaignState } from './campaigns.ts';
import type { Database } from './open-database.ts';
import { retryContended } from './retry-contended.ts';
import { storedDialStatus } from './stored-values.ts';
import { suppressionCheck } from './suppression-check.ts';

/** Why a contact with a chosen status stays settled, in the order in which it is looked at. */
export type LeftOut =
  /** Another campaign has it. */
  | 'handed_over'
  /** A person ended it; dialled again when `cancelled` is among the chosen statuses. */
  | 'cancelled_by_person'
  /** Its workflow has not been told yet that it is over. */
  | 'ending'
  /** Its own attempts, or those to each of its phones, are used up for good. */
  | 'attempts_used_up'
  /** Another contact of the campaign, which waits or comes first, has its numbers. */
  | 'number_in_use'
  | 'suppressed'
  | 'invalid_number';

/** How many contacts with a status are dialled again (`leftOut` null), or are not and why. */
export interface RecycleCount {
  readonly callStatus: CallStatus;
  readonly leftOut: LeftOut | null;
  readonly contacts: number;
}

export interface RecycleRequest {
  readonly campaignId: CampaignId;
  readonly selection: RecycleSelection;
  /** null: nothing is changed, only counted. */
  readonly auditId: AuditId | null;
}

export interface RecycledPage {
  readonly counts: readonly RecycleCount[];
  /** Of the campaign, after this page: a finished one became a draft if somebody waits again. */
  readonly state: CampaignState;
}

/**
 * Yields a page's counts when they are in force. Ends early, with the state `cancelled`, when the campaign
 * is cancelled meanwhile. Throws `CAMPAIGN_UNKNOWN`.
 */
export async function* recycleContacts(
  db: Database,
  request: RecycleRequest,
  pageSize = 1_000,
): AsyncGenerator<RecycledPage> {
  let afterRowNo = '0';
  for (;;) {
    const page = await retryContended(() =>
      db.transaction((trx) => recyclePage(trx, request, { afterRowNo, pageSize })),
    );
    yield page;
    if (page.lastRowNo === null || page.state === 'cancelled') return;
    afterRowNo = page.lastRowNo;
  }
}

async function recyclePage(
  trx: Database,
  { campaignId, selection, auditId }: RecycleRequest,
  page: { readonly afterRowNo: string; readonly pageSize: number },
): Promise<RecycledPage & { readonly lastRowNo: string | null }> {
  await trx.raw("set local lock_timeout = '30s'");
  const state = await stateOf(trx, campaignId, auditId !== null);
  if (state === 'cancelled') return { counts: [], state, lastRowNo: null };
  const { callStatuses, byNameOnly } = selection;
  const bindings = {
    campaignId,
    auditId,
    callStatuses: [...callStatuses],
    dialStatuses: selection.dialStatuses.map(storedDialStatus),
    byNameOnly: [...byNameOnly],
    withCancelled: callStatuses.includes('cancelled'),
  };
  const chosen = await trx.raw<{ rows: { id: ContactId; row_no: string }[] }>(chosenStatement, {
    ...bindings,
    ...page,
  });
  const contactIds = chosen.rows.map(({ id }) => id);
  if (auditId !== null) await trx.raw(lockStatement, { contactIds });
  const { rows } = await trx.raw<{ rows: RecycleCount[] }>(
    auditId === null ? countStatement : reopenStatement,
    { ...bindings, contactIds },
  );
  const lastRowNo = chosen.rows.at(-1)?.row_no ?? null;
  const isReopened = auditId !== null && rows.some(({ leftOut }) => leftOut === null);
  if (state !== 'finished' || !isReopened) return { counts: rows, state, lastRowNo };
  await trx('campaigns').where({ id: campaignId }).update({ state: 'draft', finished_at: null });
  return { counts: rows, state: 'draft', lastRowNo };
}

/** Locked before anything is changed, so that neither an import nor the campaign's end crosses it. */
async function stateOf(
  trx: Database,
  campaignId: CampaignId,
  isLocked: boolean,
): Promise<CampaignState> {
  const campaign = trx<{ id: CampaignId; state: CampaignState }>('campaigns').where({
    id: campaignId,
  });
  const found = await (isLocked ? campaign.forNoKeyUpdate() : campaign).first('state');
  if (found === undefined) {
    throw Object.assign(new Error(`no campaign ${campaignId}`), { code: 'CAMPAIGN_UNKNOWN' });
  }
  return found.state;
}

/** SQL that is true for a settled contact with one of the chosen statuses. */
function isChosen(contact: string): string {
  return `${contact}.state = 'settled'
    and (${contact}.call_status = any(:callStatuses::text[])
      or ${contact}.dial_status = any(:dialStatuses::smallint[])
        and ${contact}.call_status <> all(:byNameOnly::text[]))
    and (:auditId::uuid is null
      or ${contact}.settled_at < (select l.at from audit_log l where l.id = :auditId::uuid))`;
}

/** SQL of the reason for which a contact stays settled, whatever its numbers are; else null. */
function ruledOut(contact: string): string {
  return `case
    when ${contact}.assigned_to like 'campaign:%' then 'handed_over'
    when not :withCancelled::boolean and exists (
      select from audit_log l
      where l.contact_id = ${contact}.id and l.action = 'contact.cancel'
        and l.applied_at > coalesce(${contact}.recycled_at, '-infinity')
    ) then 'cancelled_by_person'
    when ${contact}.waiting_for is not null then 'ending'
    when ${contact}.attempts_made + ${contact}.prior_attempts >= k.per_contact then 'attempts_used_up'
  end`;
}

const chosenStatement = `
select c.id, c.row_no from contacts c
where c.campaign_id = :campaignId and c.row_no > :afterRowNo and ${isChosen('c')}
order by c.row_no limit :pageSize
`;

const lockStatement = `
select from contacts where id = any(:contactIds::uuid[]) order by id for no key update
`;

/**
 * Two contacts may have the same phone, where one came from another campaign when the first was over:
 * only one of them may wait. The earlier one does, also among those that are only counted.
 */
const judged = `
campaign as materialized (
  select (s.settings #>> '{attempts,perContact}')::int as per_contact,
    (s.settings #>> '{attempts,perPerson}')::int as per_person
  from campaigns k
  join campaign_settings s on s.campaign_id = k.id and s.version = k.settings_version
  where k.id = :campaignId
), chosen as materialized (
  select c.id, c.row_no, c.call_status, ${ruledOut('c')} as ruled_out
  from contacts c cross join campaign k
  where c.id = any(:contactIds::uuid[]) and ${isChosen('c')}
), candidate as materialized (
  select n.id, n.contact_id, n.position,
    -- A carrier that says there is no such number is believed, unless those are chosen.
    n.valid and (n.call_status is distinct from 'invalid_number' or n.call_status = any(:callStatuses::text[]))
      as valid,
    ${suppressionCheck('n.phone_key', 'n.campaign_id')} as suppressed,
    coalesce(p.attempts_made >= k.per_person, false) as used_up,
    exists (
      select from numbers other
      join contacts o on o.id = other.contact_id
      where other.campaign_id = n.campaign_id and other.phone_key = n.phone_key and o.id <> c.id
        and (other.active
          or o.row_no < c.row_no and ${isChosen('o')} and ${ruledOut('o')} is null
          -- Dialled again on an earlier page, and over already.
          or o.recycled_at >= (select l.at from audit_log l where l.id = :auditId::uuid))
    ) as taken
  from chosen c
  cross join campaign k
  join numbers n on n.contact_id = c.id
  join phones p on p.phone_key = n.phone_key
  where c.ruled_out is null
), opened as materialized (
  select n.contact_id, (array_agg(n.id order by n.position))[1] as first_number_id
  from candidate n
  where n.valid and not n.suppressed and not n.used_up and not n.taken
  group by n.contact_id
), judged as materialized (
  select c.id, c.call_status, o.first_number_id, coalesce(c.ruled_out, case
    when o.first_number_id is not null then null
    else (select case
      when bool_or(n.valid and not n.suppressed and n.used_up) then 'attempts_used_up'
      when bool_or(n.valid and not n.suppressed) then 'number_in_use'
      when bool_or(n.valid) then 'suppressed'
      else 'invalid_number' end
      from candidate n where n.contact_id = c.id)
  end) as left_out
  from chosen c left join opened o on o.contact_id = c.id
)`;

const counts = `
select j.call_status as "callStatus", j.left_out as "leftOut", count(*)::int as contacts
from judged j group by 1, 2
`;

const countStatement = `with ${judged} ${counts}`;

// Its numbers keep their latest results to be seen; what cannot be dialled is done with as before.
const reopenStatement = `
with ${judged}, reopened as (
  update contacts c set
    state = 'waiting',
    call_status = null,
    dial_status = null,
    settled_at = null,
    next_number_id = j.first_number_id,
    next_attempt_at = null,
    waiting_for = case when c.assigned_to like 'agent:%' then 'agent' end,
    waiting_rule = null,
    call_now = false,
    fed_at = null,
    woken_at = null,
    redials_granted = '{}',
    redecision = null,
    recycled_at = clock_timestamp()
  from judged j
  where c.id = j.id and j.left_out is null
  returning c.id
), reopened_numbers as (
  update numbers n set
    active = d.dialable,
    settled_at = case when not d.dialable then coalesce(n.settled_at, now()) end,
    redial_at = null,
    refused_by = case when not d.dialable then n.refused_by end,
    call_status = case
      when n.attempts_made > 0 then n.call_status
      when not d.dialable then coalesce(n.call_status, case when d.suppressed then 'restricted' end)
    end
  from reopened r
  join (
    select c.*, c.valid and not c.suppressed and not c.used_up and not c.taken as dialable
    from candidate c
  ) d on d.contact_id = r.id
  where n.id = d.id
)
${counts}
`;
