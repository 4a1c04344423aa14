import type { CallStatus } from '../domain/call-status.ts';
import type { DialStatus } from '../domain/dial-status.ts';
import type { CampaignId, ContactId } from '../domain/ids.ts';
import { attemptsOfContact, type AttemptRow } from './attempts-list.ts';
import { numbersOfContact, type NumberRow } from './numbers-list.ts';
import type { Database } from './open-database.ts';
import { redecisionInForce, type RedecisionInForce } from './redecision-in-force.ts';
import { dialStatusOrNull, isoTime, isoTimeOrNull } from './stored-values.ts';

/** A contact with all that is known of it. */
export interface ContactDetails {
  readonly contactId: ContactId;
  readonly campaignId: CampaignId;
  readonly campaign: string;
  readonly externalId: string | null;
  readonly name: string | null;
  readonly timeZone: string | null;
  readonly country: string | null;
  readonly attributes: Readonly<Record<string, string>>;
  /** null while it is pending. */
  readonly callStatus: CallStatus | null;
  readonly dialStatus: DialStatus | null;
  readonly settledAt: string | null;
  readonly nextAttemptAt: string | null;
  readonly waitingFor: string | null;
  /** The rule behind waitingFor, by name and figure; null where that says it all. */
  readonly waitingRule: string | null;
  readonly assignedTo: string | null;
  /** When a person last had it dialled again after it was settled (campaign recycle). */
  readonly recycledAt: string | null;
  readonly numbers: readonly NumberRow[];
  readonly attempts: readonly AttemptRow[];
  /** What changed rules decided after the latest attempt; null: what that has recorded holds. */
  readonly redecision: RedecisionInForce | null;
  /** The same person through the campaigns, oldest first, this contact included. */
  readonly lineage: readonly LineageEntry[];
}

export interface LineageEntry {
  readonly contactId: ContactId;
  readonly campaign: string;
  readonly callStatus: CallStatus | null;
  readonly attempts: number;
  readonly since: string;
}

/** null when there is no such contact. */
export async function showContact(
  db: Database,
  contactId: ContactId,
): Promise<ContactDetails | null> {
  const { rows } = await db.raw<{ rows: ContactRow[] }>(
    `select c.*, k.name as campaign from contacts c join campaigns k on k.id = c.campaign_id
     where c.id = :contactId`,
    { contactId },
  );
  const row = rows[0];
  if (row === undefined) return null;
  const { numbers, next } = await numbersOfContact(db, contactId);
  return {
    contactId,
    campaignId: row.campaign_id,
    campaign: row.campaign,
    externalId: row.external_id,
    name: row.name,
    timeZone: row.time_zone,
    country: row.country,
    attributes: row.attributes,
    callStatus: row.call_status,
    dialStatus: dialStatusOrNull(row.dial_status),
    settledAt: isoTimeOrNull(row.settled_at),
    nextAttemptAt: isoTimeOrNull(row.next_attempt_at),
    waitingFor: row.state === 'settled' ? null : (next?.waitingFor ?? row.waiting_for),
    waitingRule: row.waiting_rule,
    assignedTo: row.assigned_to,
    recycledAt: isoTimeOrNull(row.recycled_at),
    numbers,
    attempts: await attemptsOfContact(db, contactId),
    redecision: await redecisionInForce(db, contactId),
    lineage: await lineageOf(db, row.lineage_id),
  };
}

interface ContactRow {
  campaign_id: CampaignId;
  campaign: string;
  lineage_id: ContactId;
  external_id: string | null;
  name: string | null;
  time_zone: string | null;
  country: string | null;
  attributes: Record<string, string>;
  state: 'waiting' | 'settled';
  call_status: CallStatus | null;
  dial_status: number | null;
  settled_at: Date | null;
  next_attempt_at: Date | null;
  waiting_for: string | null;
  waiting_rule: string | null;
  assigned_to: string | null;
  recycled_at: Date | null;
}

async function lineageOf(db: Database, lineageId: ContactId): Promise<LineageEntry[]> {
  const { rows } = await db.raw<{
    rows: {
      id: ContactId;
      campaign: string;
      call_status: CallStatus | null;
      attempts_made: number;
      created_at: Date;
    }[];
  }>(
    `select c.id, k.name as campaign, c.call_status, c.attempts_made, c.created_at
     from contacts c join campaigns k on k.id = c.campaign_id
     where c.lineage_id = :lineageId
     order by c.created_at, c.prior_attempts`,
    { lineageId },
  );
  return rows.map((row) => ({
    contactId: row.id,
    campaign: row.campaign,
    callStatus: row.call_status,
    attempts: row.attempts_made,
    since: isoTime(row.created_at),
  }));
}
