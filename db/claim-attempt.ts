/**
 * The claim: the one place that gives leave to ring somebody. One statement locks the contact, its
 * numbers and the phone, judges them as they are *after* the wait for those locks, and then raises
 * every counter and inserts the attempt, or changes nothing.
 *
 * What is judged on locked rows is exact, and so is the suppression list, which is_suppressed reads as
 * it is at that instant. The rest (the campaign's state, the age of a list, calls of another contact on
 * the same phone) is read from the statement's snapshot, which is as old as its wait for locks: when
 * that was long the statement gives no verdict (`stale`) and is run again. Two claims that cannot see each other clash on a unique index, which undoes the whole
 * statement; run again, it sees what it clashed with.
 *
 * The history that caps are judged by is read from the snapshot too, so the statement compares the
 * locked phone and contact with what the snapshot shows of them. Every attempt raises their counters,
 * and none of the phone or the contact is under way in the snapshot where they are equal, so it then
 * shows every attempt there is, with its result; where they differ, the verdict is `stale`. While the
 * attempt is `sending`, nobody else can claim the phone or the contact: what is decided on the
 * history, milliseconds later, still holds.
 */
import type { CampaignSettings } from '../domain/campaign-settings.ts';
import type { AttemptId, ContactId, NumberId } from '../domain/ids.ts';
import { claimDetails, readClaim, type Claim, type StoredClaimDetails } from './claim-details.ts';
import { claimHistory, historyPeriod, readHistory, type StoredAttempt } from './claim-history.ts';
import type { PastAttempt } from '../domain/judge-limits.ts';
import { findAttempt, type AttemptRecord } from './find-attempt.ts';
import type { Database } from './open-database.ts';
import { isContended, sqlState, uniqueViolation } from './retry-contended.ts';
import { isoTimeOrNull } from './stored-values.ts';
import { oldSuppressionLists, suppressionListOld } from './suppression-list-old.ts';

export interface ClaimRequest {
  readonly attemptId: AttemptId;
  readonly contactId: ContactId;
  readonly trunk: string;
  /** The epoch that raiseOwnerEpoch gave the caller for this trunk. */
  readonly ownerEpoch: number;
}

/** In the order in which they are looked at. */
export type ClaimRefusal =
  | 'unknown_contact'
  | 'settled'
  | 'campaign_cancelled'
  /** Waits for a person, because the campaign it should have gone to is missing or cancelled. */
  | 'retarget_target'
  | 'paused'
  | 'campaign_not_running'
  /** The campaign's rules of today do not name the trunk that asks. */
  | 'trunk_not_used'
  | 'not_owner'
  | 'attempt_in_progress'
  | 'agent'
  | 'no_number'
  | 'not_due'
  | 'suppressed'
  | 'suppression_list_old'
  | 'contact_cap'
  | 'phone_in_call'
  | 'person_cap'
  | 'number_daily_cap';

export type ClaimResult =
  | {
      readonly kind: 'claimed';
      readonly claim: Claim;
      /** What the limits of the settings must be judged by, before the attempt is sent. */
      readonly history: readonly PastAttempt[];
    }
  /** The id was claimed or barred before: it must never be sent (again). */
  | { readonly kind: 'existing'; readonly attempt: AttemptRecord }
  | RefusedClaim;

export interface RefusedClaim {
  readonly kind: 'refused';
  readonly reason: ClaimRefusal;
  /** When to ask again; null when a message, a person or another attempt decides that. */
  readonly retryAt: string | null;
  /** The rule behind the reason, by name and figure; null where the reason says it all. */
  readonly rule: string | null;
  /** What the contact waited for when it asked. */
  readonly waitingFor: string | null;
  /** The unresolved attempt, with `attempt_in_progress`; null if it came and went meanwhile. */
  readonly liveAttempt: { readonly id: AttemptId; readonly trunk: string } | null;
  readonly trunks: readonly string[];
  /** The number that was next. */
  readonly numberId: NumberId | null;
  /** null only with `unknown_contact`. */
  readonly settings: CampaignSettings | null;
  readonly timeZone: string | null;
}

const mostTries = 6;

/**
 * Claims the contact's next number for this attempt id. `waiting_for` and, where known, the time of
 * the next attempt are stored with a refusal. Throws with the code `CLAIM_CONTENDED` when the rows
 * were held by others all the time; nothing is claimed then.
 */
export async function claimAttempt(db: Database, request: ClaimRequest): Promise<ClaimResult> {
  let clash: unknown = null;
  for (let tries = 1; tries <= mostTries; tries += 1) {
    try {
      const result = await runClaim(db, request, tries === mostTries);
      if (result !== 'again') return result;
    } catch (error) {
      if (sqlState(error) !== uniqueViolation && !isContended(error)) throw error;
      clash = error;
    }
  }
  throw Object.assign(new Error('the rows of this contact stayed locked by others'), {
    code: 'CLAIM_CONTENDED',
    cause: clash,
  });
}

interface ClaimRow {
  refused: ClaimRefusal | 'existing' | 'stale' | null;
  contact_id: ContactId | null;
  retry_at: Date | null;
  number_id: NumberId | null;
  rule: string | null;
  waiting_for: string | null;
  live_id: AttemptId | null;
  live_trunk: string | null;
  settings: CampaignSettings | null;
  time_zone: string | null;
  details: StoredClaimDetails | null;
  history: StoredAttempt[] | null;
  claimed_at: Date | null;
}

async function runClaim(
  db: Database,
  request: ClaimRequest,
  isLastTry: boolean,
): Promise<ClaimResult | 'again'> {
  const { rows } = await db
    .raw<{ rows: ClaimRow[] }>(claimStatement, { ...request })
    .options({ name: 'claim-attempt' });
  const row = rows[0];
  if (row === undefined) throw new Error('the claim returned no row');
  if (row.details !== null && row.claimed_at !== null) {
    const claim = claimOf(request.attemptId, row.details, row.claimed_at);
    return { kind: 'claimed', claim, history: readHistory(row.history) };
  }
  if (row.refused === 'existing') {
    const attempt = await findAttempt(db, request.attemptId);
    return attempt === null ? 'again' : { kind: 'existing', attempt };
  }
  if (row.refused === 'stale') return 'again';
  // The other attempt was made after our snapshot: look again, to name it.
  const isUnnamed = row.refused === 'attempt_in_progress' && row.live_id === null;
  return isUnnamed && !isLastTry ? 'again' : refusalOf(row);
}

function claimOf(attemptId: AttemptId, details: StoredClaimDetails, claimedAt: Date): Claim {
  const attemptNo = details.attemptsMade + 1;
  const attempts = details.priorAttempts + attemptNo;
  return readClaim(details, { attemptId, attemptNo, attempts, claimedAt });
}

function refusalOf(row: ClaimRow): RefusedClaim {
  return {
    kind: 'refused',
    reason: reasonOf(row),
    retryAt: isoTimeOrNull(row.retry_at),
    rule: row.rule,
    waitingFor: row.waiting_for,
    liveAttempt:
      row.live_id === null || row.live_trunk === null
        ? null
        : { id: row.live_id, trunk: row.live_trunk },
    trunks: row.settings?.trunks ?? [],
    numberId: row.number_id,
    settings: row.settings,
    timeZone: row.time_zone,
  };
}

function reasonOf(row: ClaimRow): ClaimRefusal {
  if (row.contact_id === null) return 'unknown_contact';
  if (row.refused === null || row.refused === 'existing' || row.refused === 'stale') {
    throw new Error('a claim without refusal has details');
  }
  return row.refused;
}

const claimStatement = `
with contact as materialized (
  select * from contacts where id = :contactId for no key update
), number_rows as materialized (
  select n.* from numbers n join contact c on n.contact_id = c.id for no key update of n
), phone as materialized (
  select p.* from phones p
  join number_rows n on n.phone_key = p.phone_key
  join contact c on c.next_number_id = n.id
  for no key update of p
), owner as materialized (
  -- Shared, so that a new owner's epoch waits for the claims that it must see.
  select owner_epoch from trunks where name = :trunk for share
), facts as materialized (
  select
    c.id as contact_id, c.campaign_id, c.lineage_id, c.state as contact_state, c.waiting_for, c.assigned_to,
    c.call_now, c.live_attempt_id, c.next_attempt_at, c.attempts_made, c.prior_attempts, c.time_zone,
    k.state as campaign_state, s.settings, s.version as settings_version,
    n.id as number_id, n.day, n.day_attempts, n.last_attempt_at as number_last_at,
    p.phone_key, p.attempts_made as phone_attempts, p.last_attempt_at as phone_last_at,
    o.owner_epoch,
    coalesce(c.time_zone, n.time_zones[1], s.settings ->> 'timeZone', 'UTC') as zone,
    (s.settings #>> '{attempts,perContact}')::int as per_contact,
    (s.settings #>> '{attempts,perNumberPerDay}')::int as per_number_per_day,
    (s.settings #>> '{attempts,perPerson}')::int as per_person,
    ${historyPeriod} as history_period,
    clock_timestamp() as at,
    ${claimDetails} as details
  from contact c
  join campaigns k on k.id = c.campaign_id
  join campaign_settings s on s.campaign_id = k.id and s.version = k.settings_version
  left join number_rows n on n.id = c.next_number_id
  left join phone p on true
  left join owner o on true
), dated as materialized (
  select f.*, local_day(f.at, f.zone) as today from facts f
), judged as materialized (
  select d.*, case
    when exists (select from attempts a where a.id = :attemptId) then 'existing'
    when d.at - statement_timestamp() > interval '500 ms' then 'stale'
    when d.contact_state = 'settled' then 'settled'
    when d.campaign_state = 'cancelled' then 'campaign_cancelled'
    when d.waiting_for = 'retarget_target' then 'retarget_target'
    when d.campaign_state = 'paused' then 'paused'
    when d.campaign_state <> 'running' then 'campaign_not_running'
    when not jsonb_exists(d.settings -> 'trunks', :trunk) then 'trunk_not_used'
    when d.owner_epoch is distinct from :ownerEpoch then 'not_owner'
    when d.live_attempt_id is not null then 'attempt_in_progress'
    when d.assigned_to like 'agent:%' and not d.call_now then 'agent'
    when d.number_id is null or d.phone_key is null then 'no_number'
    when d.next_attempt_at > d.at + interval '1 second' then 'not_due'
    when is_suppressed(d.phone_key, d.campaign_id) then 'suppressed'
    when ${suppressionListOld('d.settings', 'd.campaign_id', 'd.at')} then 'suppression_list_old'
    when d.attempts_made + d.prior_attempts >= d.per_contact then 'contact_cap'
    when exists (
      -- An own attempt still live in the snapshot has ended by now: the locked row says so above.
      select from attempts a
      where a.phone_key = d.phone_key and a.state = 'sending' and a.contact_id <> d.contact_id
    ) then 'phone_in_call'
    when exists (
      -- A far end that said nothing cannot be told that we gave up, and may begin to ring for as long as
      -- SIP sends the call again (RFC 3261, 17.1.1.2, timer B).
      select from attempts a
      where a.phone_key = d.phone_key and a.rule = 'silence'
        and a.ended_at > d.at - interval '32 seconds'
    ) then 'phone_in_call'
    when (d.per_person is not null or d.history_period is not null) and not exists (
      -- Unlocked, so as the snapshot has them.
      select from phones p join contacts c on c.id = d.contact_id and c.live_attempt_id is null
      where p.phone_key = d.phone_key
        and (p.attempts_made, c.attempts_made) = (d.phone_attempts, d.attempts_made)
    ) then 'stale'
    when d.phone_attempts >= d.per_person then 'person_cap'
    when d.day >= d.today and d.day_attempts >= d.per_number_per_day then 'number_daily_cap'
  end as refused
  from dated d
), verdict as materialized (
  select j.*, case j.refused
    when 'not_due' then j.next_attempt_at
    when 'number_daily_cap' then start_of_day(greatest(j.day, j.today) + 1, j.zone)
    when 'phone_in_call' then j.at + interval '30 seconds'
  end as retry_at, case j.refused
    when 'contact_cap' then 'attempts.perContact: ' || j.per_contact
    when 'person_cap' then 'attempts.perPerson: ' || j.per_person
    when 'number_daily_cap' then 'attempts.perNumberPerDay: ' || j.per_number_per_day
    when 'suppression_list_old' then
      'suppression.lists: ' || ${oldSuppressionLists('j.settings', 'j.campaign_id', 'j.at')}
  end as rule
  from judged j
), claimed_contact as (
  update contacts c set
    attempts_made = c.attempts_made + 1,
    live_attempt_id = :attemptId::uuid,
    waiting_for = null,
    waiting_rule = null
  from verdict v
  where v.refused is null and c.id = v.contact_id
), claimed_number as (
  update numbers n set
    attempts_made = n.attempts_made + 1,
    -- A contact that moves to a zone of an earlier date has had its calls of that day.
    day_attempts = case when n.day >= v.today then n.day_attempts + 1 else 1 end,
    day = greatest(n.day, v.today),
    last_attempt_at = v.at
  from verdict v
  where v.refused is null and n.id = v.number_id
), claimed_phone as (
  update phones p set attempts_made = p.attempts_made + 1, last_attempt_at = v.at
  from verdict v
  where v.refused is null and p.phone_key = v.phone_key
), attempt as (
  insert into attempts (
    id, contact_id, number_id, campaign_id, phone_key, trunk, attempt_no, settings_version,
    owner_epoch, state, claimed_at, counters_before
  )
  select
    :attemptId::uuid, v.contact_id, v.number_id, v.campaign_id, v.phone_key, :trunk::text,
    v.attempts_made + 1, v.settings_version, v.owner_epoch, 'sending', v.at,
    jsonb_build_object(
      'day', v.day, 'dayAttempts', v.day_attempts,
      'numberLastAt', v.number_last_at, 'phoneLastAt', v.phone_last_at
    )
  from verdict v
  where v.refused is null
), waiting_contact as (
  update contacts c set
    waiting_for = v.refused,
    waiting_rule = v.rule,
    -- Told too early: to be told again.
    woken_at = null,
    next_attempt_at = coalesce(v.retry_at, c.next_attempt_at)
  from verdict v
  where c.id = v.contact_id
    and v.refused in
      ('paused', 'campaign_not_running', 'not_owner', 'agent', 'number_daily_cap', 'phone_in_call',
        'suppression_list_old')
)
select
  v.refused, v.contact_id, v.number_id, v.retry_at, v.rule, v.waiting_for, v.settings, v.time_zone,
  live.id as live_id,
  live.trunk as live_trunk, v.at as claimed_at,
  case when v.refused is null then v.details end as details,
  case when v.refused is null and v.history_period is not null then ${claimHistory} end as history
from (values (1)) always_one_row
left join verdict v on true
left join attempts live on live.id = v.live_attempt_id and v.refused = 'attempt_in_progress'
`;
