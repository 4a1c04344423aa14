import type { AttemptId, ContactId } from '../domain/ids.ts';
import type { Decision } from '../domain/next-step.ts';
import type { Database } from './open-database.ts';
import { retargetByRule } from './retarget-contact.ts';
import { settleContacts } from './settle-contacts.ts';

/** What changed rules decided after a contact's latest attempt. */
export interface Redecision {
  readonly contactId: ContactId;
  readonly attemptId: AttemptId;
  readonly settingsVersion: number;
  readonly decision: Decision;
  /** As they were before the decision that this one takes the place of. */
  readonly redialsGranted: Readonly<Record<string, number>>;
}

/**
 * Moves waiting contacts on as they were decided again; the caller has locked them. Their workflows are
 * told by contactsToTell, or woken when the new time has come.
 */
export async function applyRedecisions(
  trx: Database,
  redecisions: readonly Redecision[],
): Promise<void> {
  if (redecisions.length === 0) return;
  await trx.raw(moveStatement, { moves: JSON.stringify(redecisions.map(moveOf)) });
  for (const { contactId, decision } of redecisions) {
    if (decision.next === 'end') {
      const { callStatus, dialStatus } = decision;
      const result = { callStatus, dialStatus };
      const settlement = { ifNeverDialled: callStatus, result, tellWorkflow: true };
      await settleContacts(trx, [contactId], settlement);
    } else if (decision.next === 'retarget' && decision.to.kind === 'campaign') {
      const { at = null, to } = decision;
      await retargetByRule(trx, contactId, { campaign: to.campaign, at });
      await trx.raw(tellStatement, { contactId });
    }
  }
}

function moveOf(redecision: Redecision) {
  const { contactId, attemptId, settingsVersion, decision, redialsGranted } = redecision;
  const dial = decision.next === 'dial' ? decision : null;
  const target = decision.next === 'retarget' ? decision.to : null;
  const granted = dial?.becauseOf ?? null;
  return {
    contact_id: contactId,
    attempt_id: attemptId,
    redecision: { attemptId, settingsVersion, decision },
    redials_granted:
      granted === null
        ? redialsGranted
        : { ...redialsGranted, [granted]: (redialsGranted[granted] ?? 0) + 1 },
    next_number_id: dial?.numberId ?? null,
    redial_at: dial?.redialAt ?? null,
    at: dial?.at ?? (decision.next === 'retarget' ? (decision.at ?? null) : null),
    waits_for: target === null ? null : target.kind === 'agent' ? 'agent' : 'retarget_target',
    assigned_to: target?.kind === 'agent' ? `agent:${target.agent}` : null,
  };
}

// Who is held for another reason stays held for it; the new time counts when that is over.
const moveStatement = `
with move as materialized (
  select * from jsonb_to_recordset(:moves::jsonb) as m (
    contact_id uuid, attempt_id uuid, redecision jsonb, redials_granted jsonb, next_number_id uuid,
    redial_at timestamptz, at timestamptz, waits_for text, assigned_to text
  )
), moved_numbers as (
  update numbers n set
    settled_at = case when m.redial_at is null and m.next_number_id <> n.id then a.ended_at end,
    redial_at = m.redial_at
  from move m join attempts a on a.id = m.attempt_id
  where n.id = a.number_id and m.next_number_id is not null
)
update contacts c set
  redecision = m.redecision,
  redials_granted = m.redials_granted,
  next_number_id = coalesce(m.next_number_id, c.next_number_id),
  next_attempt_at = case when m.waits_for is null then greatest(m.at, now()) else m.at end,
  waiting_for = case
    when m.waits_for is not null then m.waits_for
    when c.waiting_for in ('paused', 'campaign_not_running', 'suppression_list_old') then c.waiting_for
    when c.fed_at is not null then 'rules_changed' end,
  waiting_rule = null,
  woken_at = null,
  assigned_to = coalesce(m.assigned_to, c.assigned_to)
from move m
where c.id = m.contact_id
`;

/** A contact that went to another campaign is settled, and its workflow may wait for weeks. */
const tellStatement = `
update contacts set waiting_for = 'campaign_cancelled', woken_at = null
where id = :contactId and state = 'settled' and fed_at is not null
`;
