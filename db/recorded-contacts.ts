/**
 * Contacts with those of their attempts that have an outcome, as they are read for a classification
 * anew (domain/reclassify-contact.ts).
 */
import type { Confidence } from '../domain/call-outcome.ts';
import type { CallStatus } from '../domain/call-status.ts';
import type { EvidenceEvent } from '../domain/evidence.ts';
import type { AttemptId, CampaignId, ContactId, NumberId } from '../domain/ids.ts';
import type { RecordedAttempt, RecordedContact } from '../domain/reclassify-contact.ts';
import type { Database } from './open-database.ts';
import { dialStatusOrNull, isoTime, isoTimeOrNull } from './stored-values.ts';
import { wantedByPerson } from './wanted-by-person.ts';

export interface StoredContact extends RecordedContact {
  readonly id: ContactId;
}

/**
 * The dialled contacts of a campaign in the order of import, a page at a time. Each page is of one
 * moment; contacts that are imported meanwhile are among the last.
 */
export async function* recordedContactsOf(
  db: Database,
  campaignId: CampaignId,
  pageSize = 200,
): AsyncGenerator<StoredContact[]> {
  let rowNo = '0';
  for (;;) {
    const { rows } = await db.raw<{ rows: { id: ContactId; row_no: string }[] }>(
      `select id, row_no from contacts
       where campaign_id = :campaignId and row_no > :rowNo and attempts_made > 0
       order by row_no limit :pageSize`,
      { campaignId, rowNo, pageSize },
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    yield await db.transaction((trx) => readRecordedContacts(trx, idsOf(rows)), {
      isolationLevel: 'repeatable read',
      readOnly: true,
    });
    rowNo = last.row_no;
  }
}

function idsOf(rows: readonly { id: ContactId }[]): ContactId[] {
  return rows.map(({ id }) => id);
}

/** In the order of import; contacts that do not exist are left out. */
export async function readRecordedContacts(
  trx: Database,
  contactIds: readonly ContactId[],
): Promise<StoredContact[]> {
  const contacts = await trx.raw<{ rows: ContactRow[] }>(contactsStatement, { contactIds });
  const attempts = await trx.raw<{ rows: AttemptRow[] }>(attemptsStatement, { contactIds });
  const byContact = new Map<ContactId, RecordedAttempt[]>(contactIds.map((id) => [id, []]));
  for (const row of attempts.rows) byContact.get(row.contact_id)?.push(readAttempt(row));
  return contacts.rows.map((row) => ({
    id: row.id,
    state: row.state,
    callStatus: row.call_status,
    hasLiveAttempt: row.has_live_attempt,
    nextNumberId: row.next_number_id,
    recycledAt: isoTimeOrNull(row.recycled_at),
    isWantedByPerson: row.is_wanted_by_person,
    redialsAbandoned: row.redials_abandoned,
    settledWith: row.settled_with,
    attempts: byContact.get(row.id) ?? [],
  }));
}

interface ContactRow {
  id: ContactId;
  state: 'waiting' | 'settled';
  call_status: CallStatus | null;
  has_live_attempt: boolean;
  next_number_id: NumberId | null;
  recycled_at: Date | null;
  is_wanted_by_person: boolean;
  redials_abandoned: boolean;
  settled_with: 'latest' | 'best' | null;
}

/**
 * How a contact was settled is not stored: it follows from the decision on its latest attempt and, when
 * that was not to end, from who came later. What is left then is a claim that was refused for good
 * (a suppressed number, a cap), which settles with the best result: see settle-undialled.ts. What was
 * before a person had the contact dialled again settled it another time.
 */
const settledWith = `
case
  when c.state = 'waiting' or latest.id is null then null
  when latest.decision ->> 'next' = 'end' and latest.claimed_at > round.since then
    case when latest.decision ->> 'rule' in ('numbers-exhausted', 'contact-cap')
      then 'best' else 'latest' end
  when c.assigned_to like 'campaign:%' then 'latest'
  when k.state = 'cancelled' and c.settled_at >= k.finished_at then 'latest'
  when exists (
    select from audit_log l where l.contact_id = c.id and l.applied_at > round.since
      and l.action in ('contact.cancel', 'contact.suppress')
  ) then 'latest'
  -- Settled because a reclassification showed that it had been reached.
  when exists (
    select from reclassifications r
    where r.attempt_id = latest.id and r.at > round.since and r.at <= c.settled_at
  ) then 'latest'
  else 'best'
end`;

/** While an attempt is live no person can change its contact, so what came after its claim came after its end. */
const contactsStatement = `
select c.id, c.state, c.call_status, c.live_attempt_id is not null as has_live_attempt,
  c.next_number_id, c.recycled_at,
  ${wantedByPerson('c.id', 'latest.claimed_at')} as is_wanted_by_person,
  jsonb_exists(s.settings -> 'recycle', 'abandoned') as redials_abandoned,
  ${settledWith} as settled_with
from contacts c
join campaigns k on k.id = c.campaign_id
join campaign_settings s on s.campaign_id = k.id and s.version = k.settings_version
cross join lateral (select coalesce(c.recycled_at, '-infinity') as since) round
left join lateral (
  select a.id, a.claimed_at,
    case when c.redecision ->> 'attemptId' = a.id::text
      then c.redecision -> 'decision' else a.decision end as decision
  from attempts a
  where a.contact_id = c.id and a.state in ('ended', 'unconfirmed')
  order by a.claimed_at desc, a.id desc limit 1
) latest on true
where c.id = any(:contactIds::uuid[])
order by c.row_no
`;

interface AttemptRow {
  id: AttemptId;
  contact_id: ContactId;
  number_id: NumberId;
  trunk: string;
  claimed_at: Date;
  response: 'Success' | 'Failure' | 'Error' | null;
  reason: number | null;
  cause: number | null;
  cause_text: string | null;
  tech_cause: string | null;
  answered_at: Date | null;
  ended_at: Date | null;
  dial_status: number | null;
  call_status: CallStatus;
  rule: string | null;
  confidence: Confidence | null;
  hung_up_by: 'contact' | 'us' | null;
  ring_ms: number | null;
  talk_ms: number | null;
  transferred_to: string | null;
  evidence: EvidenceEvent[];
  late_evidence: EvidenceEvent[];
}

const attemptsStatement = `
select a.id, a.contact_id, a.number_id, a.trunk, a.claimed_at, a.response, a.reason, a.cause,
  a.cause_text, a.tech_cause, a.answered_at, a.ended_at, a.dial_status, a.call_status, a.rule,
  a.confidence, a.hung_up_by, a.ring_ms, a.talk_ms, a.transferred_to,
  coalesce(a.evidence, '[]') as evidence,
  coalesce(
    (select jsonb_agg(late.event order by late.id) from late_evidence late where late.attempt_id = a.id),
    '[]') as late_evidence
from attempts a
where a.contact_id = any(:contactIds::uuid[]) and a.state in ('ended', 'unconfirmed')
order by a.contact_id, a.claimed_at, a.id
`;

function readAttempt(row: AttemptRow): RecordedAttempt {
  return {
    id: row.id,
    numberId: row.number_id,
    trunk: row.trunk,
    claimedAt: isoTime(row.claimed_at),
    classification: {
      dialStatus: dialStatusOrNull(row.dial_status),
      callStatus: row.call_status,
      rule: row.rule,
      confidence: row.confidence,
      response: row.response,
      reason: row.reason,
      cause: row.cause,
      causeText: row.cause_text,
      techCause: row.tech_cause,
      answeredAt: isoTimeOrNull(row.answered_at),
      endedAt: isoTimeOrNull(row.ended_at),
      hungUpBy: row.hung_up_by,
      ringMs: row.ring_ms,
      talkMs: row.talk_ms,
      transferredTo: row.transferred_to,
    },
    evidence: row.evidence,
    lateEvidence: row.late_evidence,
  };
}
