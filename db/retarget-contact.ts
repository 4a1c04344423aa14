/**
 * Retargeting to another campaign settles the contact with its last status and makes, in the same
 * transaction, a new contact with the same lineage in the target. Budgets go along.
 */
import type { CampaignId, ContactId } from '../domain/ids.ts';
import type { NextStep } from '../domain/next-step.ts';
import { lockContact } from './lock-contact.ts';
import { nextStepOf } from './next-step-of.ts';
import type { Database } from './open-database.ts';
import { prepareContacts } from './prepare-contacts.ts';
import { settleContacts } from './settle-contacts.ts';

export type RetargetRefusal =
  | 'target_missing'
  | 'target_cancelled'
  | 'target_is_own_campaign'
  /** Contacts of the target that still wait hold all of this contact's numbers. */
  | 'already_in_target';

export type RetargetResult =
  { readonly refused: RetargetRefusal } | { readonly newContactId: ContactId };

/** A campaign that a rule names, and when it may dial the contact (ISO 8601; null: at once). */
export interface RuledTarget {
  readonly campaign: string;
  readonly at: string | null;
}

/**
 * Carries out a rule's retarget of a locked contact that holds in `waiting_for: retarget_target`,
 * where it stays when the target is missing or cancelled. A person who waits in the target already
 * is not entered twice: the contact is settled all the same.
 */
export async function retargetByRule(
  trx: Database,
  contactId: ContactId,
  { campaign, at }: RuledTarget,
): Promise<NextStep> {
  const result = await retargetContact(trx, contactId, { campaign }, at);
  if ('newContactId' in result) return { step: 'end' };
  if (result.refused === 'already_in_target') {
    const assignedTo = `campaign:${campaign}`;
    await settleContacts(trx, [contactId], { ifNeverDialled: 'cancelled', assignedTo });
    return { step: 'end' };
  }
  const contact = await lockContact(trx, contactId);
  if (contact === null) throw new Error('a locked contact is gone');
  return nextStepOf(contact);
}

/**
 * Moves a waiting contact without a live attempt, to be dialled from `at` on (ISO 8601; null: at
 * once); changes nothing when refused.
 */
export async function retargetContact(
  trx: Database,
  contactId: ContactId,
  to: { readonly campaign: string } | { readonly campaignId: CampaignId },
  at: string | null = null,
): Promise<RetargetResult> {
  const target = await lockTarget(trx, to);
  if (target === null) return { refused: 'target_missing' };
  if (target.state === 'cancelled') return { refused: 'target_cancelled' };
  const own = await trx<{ id: ContactId; campaign_id: CampaignId }>('contacts')
    .where({ id: contactId })
    .first('campaign_id');
  if (own?.campaign_id === target.id) return { refused: 'target_is_own_campaign' };
  const ids = { contactId, campaignId: target.id };
  if (!(await hasFreeNumber(trx, ids))) return { refused: 'already_in_target' };

  const assignedTo = `campaign:${target.name}`;
  await settleContacts(trx, [contactId], { ifNeverDialled: 'cancelled', assignedTo });
  const newContactId = await copyContact(trx, ids, at);
  await trx.raw(copyNumbers, { ...ids, newContactId });
  await prepareContacts(trx, [newContactId]);
  // Like an import: a campaign that was over has somebody to dial again.
  await trx('campaigns')
    .where({ id: target.id, state: 'finished' })
    .update({ state: 'draft', finished_at: null });
  return { newContactId };
}

interface Target {
  id: CampaignId;
  name: string;
  state: string;
}

/** Locked, so that neither an import nor its end crosses the new contact. */
async function lockTarget(
  trx: Database,
  to: { readonly campaign: string } | { readonly campaignId: CampaignId },
): Promise<Target | null> {
  const which = 'campaign' in to ? { name: to.campaign } : { id: to.campaignId };
  const target = await trx<Target>('campaigns')
    .where(which)
    .forNoKeyUpdate()
    .first('id', 'name', 'state');
  return target ?? null;
}

interface Ids {
  readonly contactId: ContactId;
  readonly campaignId: CampaignId;
}

async function hasFreeNumber(trx: Database, ids: Ids): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `select from numbers n
     where n.contact_id = :contactId and not exists (
       select from numbers other
       where other.campaign_id = :campaignId and other.phone_key = n.phone_key and other.active
     )
     limit 1`,
    { ...ids },
  );
  return rows.length > 0;
}

async function copyContact(trx: Database, ids: Ids, at: string | null): Promise<ContactId> {
  const { rows } = await trx.raw<{ rows: { id: ContactId }[] }>(
    `insert into contacts (
       campaign_id, lineage_id, retargeted_from, external_id, row_no, name, time_zone, country,
       attributes, prior_attempts, attempts_by_status, next_attempt_at
     )
     select :campaignId::uuid, c.lineage_id, c.id, c.external_id,
       (select coalesce(max(row_no), 0) + 1 from contacts where campaign_id = :campaignId::uuid),
       c.name, c.time_zone, c.country, c.attributes, c.prior_attempts + c.attempts_made,
       c.attempts_by_status, :at::timestamptz
     from contacts c where c.id = :contactId
     returning id`,
    { ...ids, at },
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('a locked contact is gone');
  return id;
}

/** Results stay behind; what was dialled today does not, or the daily limit would start anew. */
const copyNumbers = `
insert into numbers
  (contact_id, campaign_id, position, e164, phone_key, valid, time_zones, day, day_attempts)
select :newContactId::uuid, :campaignId::uuid, n.position, n.e164, n.phone_key, n.valid, n.time_zones,
  n.day, n.day_attempts
from numbers n where n.contact_id = :contactId
on conflict (campaign_id, phone_key) where active do nothing
`;
