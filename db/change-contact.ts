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

export type ChangeRefusal =
  | 'unknown_contact'
  | 'contact_settled'
  /** A call is in progress: the change can be made when that has its outcome. */
  | 'attempt_in_progress'
  | 'campaign_not_running'
  | RetargetRefusal;

export type ChangeResult = { readonly next: NextStep } | { readonly refused: ChangeRefusal };

/** Runs one kind of change; `change` must refuse before it changes anything. */
export async function changeContact(
  db: Database,
  contactId: ContactId,
  what: { readonly action: string; readonly reason: ChangeReason },
  change: (trx: Database, contact: LockedContact) => Promise<ChangeRefusal | null>,
): Promise<ChangeResult> {
  return retryContended(() =>
    db.transaction(async (trx) => {
      const contact = await lockContact(trx, contactId);
      if (contact === null) return { refused: 'unknown_contact' };
      if (await isApplied(trx, what.reason.auditId)) return { next: nextStepOf(contact) };
      if (contact.state === 'settled') return { refused: 'contact_settled' };
      if (contact.live_attempt_id !== null) return { refused: 'attempt_in_progress' };
      const refused = await change(trx, contact);
      if (refused !== null) return { refused };
      await noteApplied(trx, contact, what);
      return { next: await nextStepAfter(trx, contactId) };
    }),
  );
}

async function isApplied(trx: Database, auditId: AuditId | undefined): Promise<boolean> {
  if (auditId === undefined) return false;
  const entry = await trx<{ id: AuditId; applied_at: Date | null }>('audit_log')
    .where({ id: auditId })
    .first('applied_at');
  return entry !== undefined && entry.applied_at !== null;
}

async function noteApplied(
  trx: Database,
  contact: LockedContact,
  { action, reason }: { readonly action: string; readonly reason: ChangeReason },
): Promise<void> {
  await trx.raw(
    `insert into audit_log (id, actor, action, campaign_id, contact_id, reason, applied_at)
     values (coalesce(:auditId::uuid, gen_random_uuid()), 'unknown', :action, :campaignId, :contactId,
       :reasonCode, now())
     on conflict (id) do update set applied_at = excluded.applied_at`,
    {
      action,
      auditId: reason.auditId ?? null,
      reasonCode: reason.reasonCode ?? null,
      campaignId: contact.campaign_id,
      contactId: contact.id,
    },
  );
}

/** Whoever changed it speaks for its workflow, so the feeder need not start one. */
async function nextStepAfter(trx: Database, contactId: ContactId): Promise<NextStep> {
  await trx.raw(
    `update contacts set fed_at = coalesce(fed_at, now())
     where id = :contactId and state = 'waiting'`,
    { contactId },
  );
  const contact = await lockContact(trx, contactId);
  if (contact === null) throw new Error('a locked contact is gone');
  return nextStepOf(contact);
}
