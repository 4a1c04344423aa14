import type { EvidenceEvent } from '../domain/evidence.ts';
import type { AttemptId, ContactId } from '../domain/ids.ts';
import { classifyWithLate, givesWay } from '../domain/late-evidence.ts';
import type { RecordedAttempt } from '../domain/reclassify-contact.ts';
import type { TrunkTraits } from '../domain/trunk-traits.ts';
import { lockLineage } from './lock-lineage.ts';
import type { Database } from './open-database.ts';
import { reclassifyInTransaction } from './reclassify-contact.ts';
import { retryContended } from './retry-contended.ts';

export interface LateEvidence {
  readonly attemptId: AttemptId;
  readonly event: EvidenceEvent;
  readonly trunk: TrunkTraits;
}

export interface LateEvidenceResult {
  /** False while the attempt has no outcome: the event is kept, and must be told again to be judged. */
  readonly isRecorded: boolean;
  /** The attempt is read differently now. */
  readonly changed: boolean;
}

/**
 * Keeps what a PBX said of an attempt after its outcome was recorded, and changes its status where
 * late evidence may (domain/late-evidence.ts). An event that is kept already is not kept twice. An
 * attempt that was proven never placed keeps that. Throws `UNKNOWN_ATTEMPT` when there is no such
 * attempt, or only one that bars its id.
 */
export async function addLateEvidence(
  db: Database,
  late: LateEvidence,
): Promise<LateEvidenceResult> {
  const contactId = await contactOf(db, late.attemptId);
  return retryContended(() =>
    db.transaction(async (trx) => {
      // Before anything is written: two tellers of one event come one after the other.
      await lockLineage(trx, contactId);
      const isRecorded = await keepEvent(trx, late);
      const done = await reclassifyInTransaction(trx, contactId, {
        because: 'late_evidence',
        auditId: null,
        read: (attempt) => (attempt.id === late.attemptId ? readAgain(attempt, late.trunk) : null),
      });
      return { isRecorded, changed: done !== null && done.plan.attempts.length > 0 };
    }),
  );
}

function readAgain(
  { classification, evidence, lateEvidence }: RecordedAttempt,
  trunk: TrunkTraits,
) {
  const read = classifyWithLate(evidence, lateEvidence, trunk);
  return givesWay(classification.callStatus, read.callStatus) ? read : null;
}

async function contactOf(db: Database, attemptId: AttemptId): Promise<ContactId> {
  const attempt = await db<{ id: AttemptId; contact_id: ContactId; state: string }>('attempts')
    .where({ id: attemptId })
    .whereNot({ state: 'void' })
    .first('contact_id');
  if (attempt === undefined) {
    throw Object.assign(new Error(`no attempt ${attemptId} that late evidence could be of`), {
      code: 'UNKNOWN_ATTEMPT',
    });
  }
  return attempt.contact_id;
}

/** Says whether the attempt has an outcome. */
async function keepEvent(trx: Database, { attemptId, event }: LateEvidence): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: { is_recorded: boolean }[] }>(keepStatement, {
    attemptId,
    event: JSON.stringify(event),
  });
  return rows[0]?.is_recorded ?? false;
}

const keepStatement = `
with attempt as (
  select id, state, evidence from attempts where id = :attemptId
), kept as (
  insert into late_evidence (attempt_id, event)
  select a.id, :event::jsonb from attempt a
  where not exists (
      select from jsonb_array_elements(coalesce(a.evidence, '[]')) early where early.value = :event::jsonb
    )
    and not exists (
      select from late_evidence l where l.attempt_id = a.id and l.event = :event::jsonb
    )
)
select state <> 'sending' as is_recorded from attempt
`;
