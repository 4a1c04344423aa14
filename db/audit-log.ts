import type { AuditId, CampaignId, ContactId } from '../domain/ids.ts';
import type { Database } from './open-database.ts';
import { isoTime, isoTimeOrNull } from './stored-values.ts';

export interface AuditEntry {
  /** Who; may be personal, which is why it is here and not in a workflow. */
  readonly actor: string;
  /** Such as `campaign.cancelled` or `contact.reassign`. */
  readonly action: string;
  readonly campaignId?: CampaignId | null;
  readonly contactId?: ContactId | null;
  /** Why, in words or a reason code. */
  readonly reason?: string | null;
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface AuditRecord {
  readonly id: AuditId;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly campaignId: CampaignId | null;
  readonly contactId: ContactId | null;
  readonly reason: string | null;
  readonly details: Readonly<Record<string, unknown>>;
  /** When the contact or campaign was changed; null while that has not happened. */
  readonly appliedAt: string | null;
}

/** Writes who did what and why, before a message is sent that carries only the returned id. */
export async function writeAudit(db: Database, entry: AuditEntry): Promise<AuditId> {
  const { rows } = await db.raw<{ rows: { id: AuditId }[] }>(
    `insert into audit_log (actor, action, campaign_id, contact_id, reason, details)
     values (:actor, :action, :campaignId, :contactId, :reason, :details)
     returning id`,
    {
      actor: entry.actor,
      action: entry.action,
      campaignId: entry.campaignId ?? null,
      contactId: entry.contactId ?? null,
      reason: entry.reason ?? null,
      details: JSON.stringify(entry.details ?? {}),
    },
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('the audit entry was not inserted');
  return id;
}

/** Notes that what the entry is about was done, and with what result. */
export async function noteAuditApplied(
  db: Database,
  id: AuditId,
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  await db('audit_log')
    .where({ id })
    .update({ details: JSON.stringify(details), applied_at: db.fn.now() });
}

interface AuditRow {
  id: AuditId;
  at: Date;
  actor: string;
  action: string;
  campaign_id: CampaignId | null;
  contact_id: ContactId | null;
  reason: string | null;
  details: Record<string, unknown>;
  applied_at: Date | null;
}

/** Entries about one contact or one campaign (its contacts included), oldest first. */
export async function listAudit(
  db: Database,
  about: { readonly contactId: ContactId } | { readonly campaignId: CampaignId },
): Promise<AuditRecord[]> {
  const which =
    'contactId' in about ? { contact_id: about.contactId } : { campaign_id: about.campaignId };
  const rows = await db<AuditRow>('audit_log').where(which).orderBy(['at', 'id']);
  return rows.map((row) => ({
    id: row.id,
    at: isoTime(row.at),
    actor: row.actor,
    action: row.action,
    campaignId: row.campaign_id,
    contactId: row.contact_id,
    reason: row.reason,
    details: row.details,
    appliedAt: isoTimeOrNull(row.applied_at),
  }));
}
