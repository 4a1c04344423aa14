import type { Confidence } from '../domain/call-outcome.ts';
import type { CallStatus } from '../domain/call-status.ts';
import type { DialStatus } from '../domain/dial-status.ts';
import type { EvidenceEvent } from '../domain/evidence.ts';
import type { AttemptId, CampaignId, ContactId } from '../domain/ids.ts';
import type { AttemptState } from './find-attempt.ts';
import type { Decision } from '../domain/next-step.ts';
import type { Database } from './open-database.ts';
import { dialStatusOrNull, isoTimeOrNull } from './stored-values.ts';

/** One attempt with what the PBX said about it; ids that were only barred are not among them. */
export interface AttemptRow {
  readonly attemptId: AttemptId;
  readonly contactId: ContactId;
  readonly externalId: string | null;
  /** E.164. */
  readonly number: string;
  readonly attemptNo: number;
  readonly trunk: string;
  /** Of the campaign's settings, by which it was claimed and decided. */
  readonly settingsVersion: number;
  readonly state: Exclude<AttemptState, 'void'>;
  readonly dialStatus: DialStatus | null;
  readonly callStatus: CallStatus | null;
  readonly response: string | null;
  readonly reason: number | null;
  readonly cause: number | null;
  readonly causeText: string | null;
  readonly techCause: string | null;
  /** The rule that decided the call status, and how far it may be relied on. */
  readonly rule: string | null;
  readonly confidence: Confidence | null;
  readonly hungUpBy: 'contact' | 'us' | null;
  readonly ringMs: number | null;
  readonly talkMs: number | null;
  readonly transferredTo: string | null;
  /** What was decided after it; null while it has no outcome, or when it was never placed. */
  readonly decision: Decision | null;
  /** null when it was never placed. */
  readonly startedAt: string | null;
  readonly answeredAt: string | null;
  readonly endedAt: string | null;
  /** All the PBX said, in order of arrival; what came after the outcome was recorded at the end. */
  readonly evidence: readonly EvidenceEvent[];
}

/** All attempts of a campaign, oldest first; reads a page at a time. */
export async function* listAttempts(
  db: Database,
  campaignId: CampaignId,
  pageSize = 1_000,
): AsyncGenerator<AttemptRow> {
  let last: StoredAttemptRow | undefined;
  for (;;) {
    const { rows } = await db.raw<{ rows: StoredAttemptRow[] }>(
      `${selectAttempts} and a.campaign_id = :campaignId
         and (a.claimed_at, a.id) > (:cursor::timestamptz, :id::uuid)
       order by a.claimed_at, a.id limit :pageSize`,
      {
        campaignId,
        cursor: last?.cursor ?? '-infinity',
        id: last?.id ?? '00000000-0000-0000-0000-000000000000',
        pageSize,
      },
    );
    for (const row of rows) yield readRow(row);
    last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return;
  }
}

/** The attempts of one contact, oldest first. */
export async function attemptsOfContact(db: Database, contactId: ContactId): Promise<AttemptRow[]> {
  const { rows } = await db.raw<{ rows: StoredAttemptRow[] }>(
    `${selectAttempts} and a.contact_id = :contactId order by a.claimed_at, a.id`,
    { contactId },
  );
  return rows.map(readRow);
}

interface StoredAttemptRow {
  id: AttemptId;
  cursor: string;
  contact_id: ContactId;
  external_id: string | null;
  e164: string;
  attempt_no: number;
  trunk: string;
  state: Exclude<AttemptState, 'void'>;
  dial_status: number | null;
  call_status: CallStatus | null;
  response: string | null;
  reason: number | null;
  cause: number | null;
  cause_text: string | null;
  tech_cause: string | null;
  rule: string | null;
  confidence: Confidence | null;
  hung_up_by: 'contact' | 'us' | null;
  ring_ms: number | null;
  talk_ms: number | null;
  transferred_to: string | null;
  settings_version: number;
  decision: Decision | null;
  evidence: EvidenceEvent[];
  started_at: Date | null;
  answered_at: Date | null;
  ended_at: Date | null;
}

const selectAttempts = `
select a.id, a.claimed_at::text as cursor, a.contact_id, c.external_id, n.e164, a.attempt_no, a.trunk,
  a.state, a.dial_status, a.call_status, a.response, a.reason, a.cause, a.cause_text, a.tech_cause,
  a.rule, a.confidence, a.hung_up_by, a.ring_ms, a.talk_ms, a.transferred_to, a.settings_version, a.decision,
  coalesce(a.evidence, '[]') || coalesce(
    (select jsonb_agg(late.event order by late.id) from late_evidence late where late.attempt_id = a.id),
    '[]') as evidence,
  case when a.state = 'sending' then a.claimed_at else a.started_at end as started_at,
  a.answered_at, a.ended_at
from attempts a
join contacts c on c.id = a.contact_id
join numbers n on n.id = a.number_id
where a.state <> 'void'
`;

function readRow(row: StoredAttemptRow): AttemptRow {
  return {
    attemptId: row.id,
    contactId: row.contact_id,
    externalId: row.external_id,
    number: row.e164,
    attemptNo: row.attempt_no,
    trunk: row.trunk,
    settingsVersion: row.settings_version,
    state: row.state,
    dialStatus: dialStatusOrNull(row.dial_status),
    callStatus: row.call_status,
    response: row.response,
    reason: row.reason,
    cause: row.cause,
    causeText: row.cause_text,
    techCause: row.tech_cause,
    rule: row.rule,
    confidence: row.confidence,
    hungUpBy: row.hung_up_by,
    ringMs: row.ring_ms,
    talkMs: row.talk_ms,
    transferredTo: row.transferred_to,
    decision: row.decision,
    startedAt: isoTimeOrNull(row.started_at),
    answeredAt: isoTimeOrNull(row.answered_at),
    endedAt: isoTimeOrNull(row.ended_at),
    evidence: row.evidence,
  };
}
