/**
 * The one door through which the status of recorded attempts changes. One transaction per contact: it
 * locks the lineage, reads the attempts anew, and writes them, a trace of each, and every total that
 * counts them. Evidence and decisions are never written.
 */
import type { Classification } from '../domain/classify-call.ts';
import type { AuditId, ContactId } from '../domain/ids.ts';
import {
  planReclassification,
  type AttemptChange,
  type RecordedAttempt,
  type RecordedContact,
  type ReclassificationPlan,
} from '../domain/reclassify-contact.ts';
import { lockLineage, type LineageMember } from './lock-lineage.ts';
import type { Database } from './open-database.ts';
import { readRecordedContacts } from './recorded-contacts.ts';
import { retryContended } from './retry-contended.ts';
import { settleContacts } from './settle-contacts.ts';
import { storedDialStatus } from './stored-values.ts';

export type ReclassificationCause = 'late_evidence' | 'mapping_changed';

export interface Reclassification {
  readonly because: ReclassificationCause;
  /** Who asked for it and why; null when nobody did. */
  readonly auditId: AuditId | null;
  /** The reading of today; null for an attempt that is to stay as it is. */
  readonly read: (attempt: RecordedAttempt) => Classification | null;
}

/** What was changed, of the contact as it was. */
export interface ReclassifiedContact {
  readonly contact: RecordedContact;
  readonly plan: ReclassificationPlan;
}

/** Reads the recorded attempts of a contact anew and stores what changed; null without such a contact. */
export async function reclassifyContact(
  db: Database,
  contactId: ContactId,
  change: Reclassification,
): Promise<ReclassifiedContact | null> {
  return retryContended(() =>
    db.transaction((trx) => reclassifyInTransaction(trx, contactId, change)),
  );
}

/** The same as a part of the caller's transaction, which must be run again when it lost a race. */
export async function reclassifyInTransaction(
  trx: Database,
  contactId: ContactId,
  change: Reclassification,
): Promise<ReclassifiedContact | null> {
  const lineage = await lockLineage(trx, contactId);
  const [contact] = await readRecordedContacts(trx, [contactId]);
  if (contact === undefined) return null;
  const plan = planReclassification(contact, change.read);
  if (plan.attempts.length > 0) {
    await writeAttempts(trx, plan.attempts, change);
    await writeCounts(trx, lineage, plan);
    await writeNumbers(trx, plan);
    await writeContact(trx, contactId, plan);
  }
  return { contact, plan };
}

async function writeAttempts(
  trx: Database,
  attempts: readonly AttemptChange[],
  { because, auditId }: Reclassification,
): Promise<void> {
  await trx.raw("set local dialer.reclassifying = 'on'");
  for (const { attempt, to } of attempts) {
    const { dialStatus, ...rest } = to;
    await trx.raw(attemptStatement, {
      ...rest,
      dialStatus: storedDialStatus(dialStatus),
      attemptId: attempt.id,
      because,
      auditId,
    });
  }
  await trx.raw("set local dialer.reclassifying = 'off'");
}

const attemptStatement = `
with earlier as (
  select id, dial_status, call_status, rule from attempts where id = :attemptId
), changed as (
  update attempts set
    state = case when :callStatus = 'unconfirmed' then 'unconfirmed' else 'ended' end,
    answered_at = :answeredAt::timestamptz,
    ended_at = coalesce(:endedAt::timestamptz, ended_at),
    response = :response::text,
    reason = :reason::int,
    cause = :cause::int,
    cause_text = :causeText::text,
    tech_cause = :techCause::text,
    dial_status = :dialStatus::smallint,
    call_status = :callStatus::text,
    rule = :rule::text,
    confidence = :confidence::text,
    hung_up_by = :hungUpBy::text,
    ring_ms = :ringMs::int,
    talk_ms = :talkMs::int,
    transferred_to = :transferredTo::text
  where id = :attemptId
)
insert into reclassifications (
  attempt_id, because, audit_id, from_dial_status, from_call_status, from_rule,
  to_dial_status, to_call_status, to_rule
)
select e.id, :because::text, :auditId::uuid, e.dial_status, e.call_status, e.rule,
  :dialStatus::smallint, :callStatus::text, :rule::text
from earlier e
`;

/** A status that no attempt has any more is left out, as if there had never been one. */
async function writeCounts(
  trx: Database,
  lineage: readonly LineageMember[],
  { counts }: ReclassificationPlan,
): Promise<void> {
  if (Object.keys(counts).length === 0) return;
  for (const { id, attempts_by_status: made } of lineage) {
    const sums: Record<string, number> = { ...made };
    for (const [status, by] of Object.entries(counts)) sums[status] = (sums[status] ?? 0) + by;
    const left = Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0));
    await trx('contacts')
      .where({ id })
      .update({ attempts_by_status: JSON.stringify(left) });
  }
}

async function writeNumbers(trx: Database, { numbers }: ReclassificationPlan): Promise<void> {
  for (const [id, { callStatus, dialStatus }] of numbers) {
    await trx('numbers')
      .where({ id })
      .update({ call_status: callStatus, dial_status: storedDialStatus(dialStatus) });
  }
}

async function writeContact(
  trx: Database,
  contactId: ContactId,
  { contact }: ReclassificationPlan,
): Promise<void> {
  if (contact === null) return;
  const { callStatus, dialStatus, settles } = contact;
  if (settles) {
    // Its workflow, which may wait for weeks, is told to end.
    await settleContacts(trx, [contactId], {
      ifNeverDialled: callStatus,
      result: { callStatus, dialStatus },
      tellWorkflow: true,
    });
    return;
  }
  await trx('contacts')
    .where({ id: contactId })
    .update({ call_status: callStatus, dial_status: storedDialStatus(dialStatus) });
}
