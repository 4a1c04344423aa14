import type { CallStatus } from '../domain/call-status.ts';
import type { DialStatus } from '../domain/dial-status.ts';
import type { EvidenceEvent } from '../domain/evidence.ts';
import type { AttemptId, CampaignId, ContactId, NumberId } from '../domain/ids.ts';
import type { Decision } from '../domain/next-step.ts';
import type { Database } from './open-database.ts';
import { dialStatusOrNull, isoTime, isoTimeOrNull } from './stored-values.ts';

/**
 * - `sending`: claimed, and nothing is recorded yet: the call may exist.
 * - `ended`: its outcome is known. `unconfirmed`: it could not be learnt.
 * - `not_placed`: proven never to have been placed; counts against nothing.
 * - `void`: only bars the id, so that a late claim cannot use it.
 */
export type AttemptState = 'sending' | 'ended' | 'unconfirmed' | 'not_placed' | 'void';

/** One row of `attempts`; times in ISO 8601 UTC. */
export interface AttemptRecord {
  readonly id: AttemptId;
  readonly contactId: ContactId;
  readonly campaignId: CampaignId;
  readonly numberId: NumberId | null;
  readonly trunk: string;
  readonly attemptNo: number | null;
  readonly settingsVersion: number | null;
  readonly state: AttemptState;
  readonly claimedAt: string;
  readonly startedAt: string | null;
  readonly answeredAt: string | null;
  readonly endedAt: string | null;
  readonly recordedAt: string | null;
  readonly response: string | null;
  readonly reason: number | null;
  readonly cause: number | null;
  readonly causeText: string | null;
  readonly techCause: string | null;
  readonly dialStatus: DialStatus | null;
  readonly callStatus: CallStatus | null;
  readonly rule: string | null;
  readonly evidence: readonly EvidenceEvent[];
  readonly decision: Decision | null;
}

export interface StoredAttempt {
  id: AttemptId;
  contact_id: ContactId;
  campaign_id: CampaignId;
  number_id: NumberId | null;
  trunk: string;
  attempt_no: number | null;
  settings_version: number | null;
  state: AttemptState;
  claimed_at: Date;
  started_at: Date | null;
  answered_at: Date | null;
  ended_at: Date | null;
  recorded_at: Date | null;
  response: string | null;
  reason: number | null;
  cause: number | null;
  cause_text: string | null;
  tech_cause: string | null;
  dial_status: number | null;
  call_status: CallStatus | null;
  rule: string | null;
  evidence: EvidenceEvent[] | null;
  decision: Decision | null;
}

/** The attempt with this id, in whatever state; null when nobody ever claimed or barred it. */
export async function findAttempt(db: Database, id: AttemptId): Promise<AttemptRecord | null> {
  const row = await db<StoredAttempt>('attempts').where({ id }).first();
  return row === undefined ? null : readAttempt(row);
}

function readAttempt(row: StoredAttempt): AttemptRecord {
  return {
    id: row.id,
    contactId: row.contact_id,
    campaignId: row.campaign_id,
    numberId: row.number_id,
    trunk: row.trunk,
    attemptNo: row.attempt_no,
    settingsVersion: row.settings_version,
    state: row.state,
    claimedAt: isoTime(row.claimed_at),
    startedAt: isoTimeOrNull(row.started_at),
    answeredAt: isoTimeOrNull(row.answered_at),
    endedAt: isoTimeOrNull(row.ended_at),
    recordedAt: isoTimeOrNull(row.recorded_at),
    response: row.response,
    reason: row.reason,
    cause: row.cause,
    causeText: row.cause_text,
    techCause: row.tech_cause,
    dialStatus: dialStatusOrNull(row.dial_status),
    callStatus: row.call_status,
    rule: row.rule,
    evidence: row.evidence ?? [],
    decision: row.decision,
  };
}
