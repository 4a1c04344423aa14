/**
 * Changed rules reach the contacts that wait: what follows from the latest attempt is decided again, as
 * of the time when it was decided first. Attempts and their decisions are evidence and stay; what is in
 * force instead stands in `contacts.redecision`, with the version of the settings that said it.
 *
 * A contact moves only where the two versions differ in what they say of it. What a person asked for
 * stays asked for, agents keep their contacts, and a contact that somebody opened again is left open.
 */
import { isDeepStrictEqual } from 'node:util';
import type { CallStatus } from '../domain/call-status.ts';
import type { CampaignSettings } from '../domain/campaign-settings.ts';
import { decideNext } from '../domain/decide-next.ts';
import type { EvidenceEvent } from '../domain/evidence.ts';
import type { AttemptId, ContactId } from '../domain/ids.ts';
import type { Decision, NextStep } from '../domain/next-step.ts';
import { readTarget } from '../domain/read-target.ts';
import { applyRedecisions, type Redecision } from './apply-redecisions.ts';
import { claimDetails, readClaim, type Claim, type StoredClaimDetails } from './claim-details.ts';
import { decisionInput, type AttemptResult } from './decision-input.ts';
import type { Database } from './open-database.ts';
import { readNextStep } from './read-next-step.ts';
import { retryContended } from './retry-contended.ts';
import { dialStatusOrNull } from './stored-values.ts';
import { wantedByPerson } from './wanted-by-person.ts';

/**
 * Decides again on one contact whose campaign got other settings during its call, and returns what it
 * does next; `next` itself where its attempt settled it.
 */
export async function decideContactAgain(
  db: Database,
  contactId: ContactId,
  next: NextStep,
): Promise<NextStep> {
  if (next.step === 'end') return next;
  await retryContended(() => db.transaction((trx) => decideAgain(trx, [contactId])));
  return readNextStep(db, contactId);
}

/** As a part of the caller's transaction; locks the contacts in the order of their ids. */
export async function decideAgain(trx: Database, contactIds: readonly ContactId[]): Promise<void> {
  const { rows } = await trx.raw<{ rows: DecidedRow[] }>(decidedStatement, {
    contactIds: [...contactIds],
  });
  await applyRedecisions(trx, rows.flatMap(redecisionOf));
}

interface DecidedRow {
  contact_id: ContactId;
  attempt_id: AttemptId;
  attempt_no: number;
  claimed_at: Date;
  recorded_at: Date;
  call_status: CallStatus;
  dial_status: number | null;
  rule: string | null;
  evidence: EvidenceEvent[] | null;
  decision: Decision;
  old_settings: CampaignSettings;
  details: StoredClaimDetails;
}

function redecisionOf(row: DecidedRow): Redecision[] {
  const claim = claimBefore(row);
  const result: AttemptResult = {
    now: row.recorded_at,
    callStatus: row.call_status,
    dialStatus: dialStatusOrNull(row.dial_status),
    rule: row.rule,
    wasTaken: readTarget(row.evidence ?? []).takenAt !== null,
  };
  const before = decideNext(decisionInput({ ...claim, settings: row.old_settings }, result));
  const decision = decideNext(decisionInput(claim, result));
  if (isDeepStrictEqual(before, decision)) return [];
  const { contact_id: contactId, attempt_id: attemptId } = row;
  const { settingsVersion, redialsGranted } = claim;
  return [{ contactId, attemptId, settingsVersion, decision, redialsGranted }];
}

/** The claim as it stood when the attempt had no result yet, under the settings of today. */
function claimBefore(row: DecidedRow): Claim {
  const { decision, details } = row;
  const claim = readClaim(details, {
    attemptId: row.attempt_id,
    attemptNo: row.attempt_no,
    attempts: details.priorAttempts + details.attemptsMade,
    claimedAt: row.claimed_at,
  });
  const granted = decision.next === 'dial' ? decision.becauseOf : null;
  return {
    ...claim,
    attemptsByStatus: oneLess(claim.attemptsByStatus, row.call_status),
    redialsGranted:
      granted === null ? claim.redialsGranted : oneLess(claim.redialsGranted, granted),
  };
}

function oneLess(counts: Readonly<Record<string, number>>, key: string): Record<string, number> {
  return { ...counts, [key]: Math.max(0, (counts[key] ?? 0) - 1) };
}

const decidedStatement = `
with locked as materialized (
  select c.* from contacts c
  where c.id = any(:contactIds::uuid[]) and c.state = 'waiting' and c.live_attempt_id is null
  order by c.id for no key update
)
select c.id as contact_id, a.id as attempt_id, a.attempt_no, a.claimed_at, a.recorded_at,
  a.call_status, a.dial_status, a.rule, case when a.call_status = 'voicemail' then a.evidence end as evidence,
  in_force.decision, old.settings as old_settings, judged.details
from locked c
join campaigns k on k.id = c.campaign_id
join campaign_settings s on s.campaign_id = k.id and s.version = k.settings_version
join lateral (
  select * from attempts
  where attempts.contact_id = c.id and attempts.state in ('ended', 'unconfirmed')
  order by attempts.claimed_at desc, attempts.id desc limit 1
) a on true
join numbers n on n.id = a.number_id
cross join lateral (
  select c.redecision ->> 'attemptId' = a.id::text as is_redecided
) which
cross join lateral (
  select
    case when which.is_redecided then c.redecision -> 'decision' else a.decision end as decision,
    case when which.is_redecided then (c.redecision ->> 'settingsVersion')::int
      else a.settings_version end as version
) in_force
join campaign_settings old on old.campaign_id = k.id and old.version = in_force.version
cross join lateral (
  with number_rows as (
    -- The number that was dialled is open again, as it was before its result.
    select (jsonb_populate_record(m, case when m.id = a.number_id
      then '{"settled_at": null, "redial_at": null}' else '{}' end::jsonb)).*
    from numbers m where m.contact_id = c.id
  )
  select ${claimDetails} as details
) judged
where in_force.version <> s.version
  and a.claimed_at > coalesce(c.recycled_at, '-infinity')
  -- One that waits although it had ended was opened again by a person.
  and in_force.decision ->> 'next' <> 'end'
  and not c.call_now and coalesce(c.assigned_to not like 'agent:%', true)
  and not ${wantedByPerson('c.id', 'a.claimed_at')}
order by c.id
`;
