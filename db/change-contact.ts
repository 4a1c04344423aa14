/**
 * The frame of every change that a person makes to a contact: one transaction that locks the
 * contact, refuses what makes no sense, changes it and marks the audit entry. A message that is
 * delivered twice with the same audit entry changes nothing twice.
 */
import type { AuditId, ContactId } from '../domain/ids.ts';
import type { NextStep } from '../domain/next-step.ts';
import { lockContact, type LockedContact } from './lock-contact.ts';
import { nextStepOf } from './next-step-of.ts';
import type { Database } from './open-database.ts';
import type { RetargetRefusal } from './retarget-contact.ts';
import { retryContended } from './retry-contended.ts';

/** Who and why: an entry of the audit log, or else a code, for which an entry is written. */
export interface ChangeReason {
  readonly auditId?: AuditId;
  readonly reasonCode?: string;
}

/** What is done, as in the audit log, and because of what. */
export interface Change {
  readonly action: string;
  readonly reason: ChangeReason;
}

export type ChangeRefusal =
  | 'unknown_contact'
  | 'contact_settled'
  /** A call is in progress: the change can be made when that has its outcome. */
  | 'attempt_in_progress'
  | 'campaign_not_running'
  /** It is between two campaigns: the one it should go to is missing or cancelled. */
  | 'retarget_target'
  /** The audit entry is about another person, or about another kind of change. */
  | 'audit_id_mismatch'
  | RetargetRefusal;

export type ChangeResult = { readonly next: NextStep } | { readonly refused: ChangeRefusal };

/** Runs one kind of change; `change` must refuse before it changes anything. */
export async function changeContact(
  db: Database,
  contactId: ContactId,
  what: Change,
  change: (trx: Database, contact: LockedContact) => Promise<ChangeRefusal | null>,
): Promise<ChangeResult> {
  return retryContended(() =>
    db.transaction(async (trx) => {
      const contact = await lockContact(trx, contactId);
      if (contact === null) return { refused: 'unknown_contact' };
      const before = await isApplied(trx, contact, what);
      if (before === 'mismatch') return { refused: 'audit_id_mismatch' };
      if (before) return { next: nextStepOf(contact) };
      if (contact.state === 'settled') return { refused: 'contact_settled' };
      if (contact.live_attempt_id !== null) return { refused: 'attempt_in_progress' };
      const refused = await change(trx, contact);
      if (refused !== null) return { refused };
      await noteApplied(trx, contact, what);
      return { next: await stepAfter(trx, contactId) };
    }),
  );
}

/** `mismatch`: the entry is about another person, or about something else that was done. */
export async function isApplied(
  trx: Database,
  contact: LockedContact,
  { action, reason }: Change,
): Promise<boolean | 'mismatch'> {
  if (reason.auditId === undefined) return false;
  const { rows } = await trx.raw<{
    rows: { action: string; is_applied: boolean; is_of_person: boolean }[];
  }>(
    `select l.action, l.applied_at is not null as is_applied,
       exists (
         select from contacts c where c.id = l.contact_id and c.lineage_id = :lineageId
       ) as is_of_person
     from audit_log l where l.id = :auditId`,
    { auditId: reason.auditId, lineageId: contact.lineage_id },
  );
  const entry = rows[0];
  if (entry === undefined) return false;
  return entry.action === action && entry.is_of_person ? entry.is_applied : 'mismatch';
}

export async function noteApplied(
  trx: Database,
  contact: LockedContact,
  { action, reason }: Change,
): Promise<void> {
  const auditId = reason.auditId ?? null;
  const { campaign_id: campaignId, id: contactId } = contact;
  await trx.raw(
    `insert into audit_log (id, actor, action, campaign_id, contact_id, reason, applied_at)
     values (coalesce(:auditId::uuid, gen_random_uuid()), 'unknown', :action, :campaignId, :contactId,
       :reasonCode, now())
     on conflict (id) do update set applied_at = excluded.applied_at`,
    { action, auditId, reasonCode: reason.reasonCode ?? null, campaignId, contactId },
  );
  // What followed a retarget was done to this contact, whatever the entry was written for.
  await trx.raw(
    `insert into audit_log (actor, action, campaign_id, contact_id, reason, details, applied_at)
     select l.actor, l.action, :campaignId::uuid, :contactId::uuid, l.reason, l.details, now()
     from audit_log l where l.id = :auditId::uuid and l.contact_id <> :contactId::uuid`,
    { auditId, campaignId, contactId },
  );
}

/** Whoever changed it speaks for its workflow, so the feeder need not start one. */
export async function stepAfter(trx: Database, contactId: ContactId): Promise<NextStep> {
  await trx.raw(
    `update contacts set fed_at = coalesce(fed_at, now())
     where id = :contactId and state = 'waiting'`,
    { contactId },
  );
  const contact = await lockContact(trx, contactId);
  if (contact === null) throw new Error('a locked contact is gone');
  return nextStepOf(contact);
}
