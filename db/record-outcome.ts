/**
 * The outcome: what came of an attempt, and what the rules decided, in one statement. The first
 * writer wins; whoever comes later (a reconcile after a false time-out) is told what was decided.
 * Only a retarget to another campaign takes more statements, in one transaction: it makes a contact.
 */
import type { CallStatus } from '../domain/call-status.ts';
import type { Classification } from '../domain/classify-call.ts';
import type { EvidenceEvent } from '../domain/evidence.ts';
import type { AttemptId, ContactId } from '../domain/ids.ts';
import type { Decision, NextStep } from '../domain/next-step.ts';
import { nextStepOf, type ContactPosition } from './next-step-of.ts';
import type { Database } from './open-database.ts';
import { retargetByRule, type RuledTarget } from './retarget-contact.ts';
import { retryContended } from './retry-contended.ts';
import { storedDialStatus } from './stored-values.ts';

interface OutcomeBase {
  readonly attemptId: AttemptId;
  readonly evidence: readonly EvidenceEvent[];
  /** When the Originate was written; null: the time of the claim. */
  readonly startedAt?: string | null;
  /** When the attempt is taken as ended, unless the evidence says. ISO 8601. */
  readonly now: string;
}

export type Outcome =
  | (OutcomeBase & {
      readonly state: 'ended' | 'unconfirmed';
      readonly classification: Classification;
      readonly decision: Decision;
    })
  /** Proven never placed: its counters are put back and the contact is due at once. */
  | (OutcomeBase & { readonly state: 'not_placed' });

export interface RecordedOutcome {
  /** False when the attempt had an outcome before; `next` then follows from that one. */
  readonly recorded: boolean;
  readonly next: NextStep;
  /** The version of the campaign's settings that is in force now; the decision may be by an earlier one. */
  readonly settingsVersion: number;
}

/**
 * Records the outcome and moves the contact on as decided. A contact of a campaign that was
 * cancelled meanwhile is settled with this attempt's status. Throws `UNKNOWN_ATTEMPT` when there is
 * no such attempt, or only one that bars its id.
 */
export async function recordOutcome(db: Database, outcome: Outcome): Promise<RecordedOutcome> {
  const target = targetOf(outcome);
  const effect = effectOf(outcome);
  if (target === null) return retryContended(() => runOutcome(db, outcome, effect));
  return retryContended(() =>
    db.transaction(async (trx) => {
      const held = await runOutcome(trx, outcome, effect);
      if (!held.recorded || held.next.step === 'end') return held;
      return { ...held, next: await followRetarget(trx, outcome.attemptId, target) };
    }),
  );
}

function targetOf(outcome: Outcome): RuledTarget | null {
  if (outcome.state === 'not_placed' || outcome.decision.next !== 'retarget') return null;
  const { to, at } = outcome.decision;
  return to.kind === 'campaign' ? { campaign: to.campaign, at: at ?? null } : null;
}

/** How the contact's row changes. */
interface Effect {
  readonly settles: boolean;
  readonly finalCallStatus: CallStatus | null;
  readonly finalDialStatus: number | null;
  /** The number that was dialled is not dialled again, unless a person says so. */
  readonly numberDone: boolean;
  /** null: it stays. */
  readonly nextNumberId: string | null;
  /** The number that was dialled stays open for a redial after others; null: it does not. */
  readonly redialAt: string | null;
  readonly nextAttemptAt: string | null;
  readonly waitingFor: string | null;
  readonly assignedTo: string | null;
  readonly grantedBecauseOf: string | null;
}

const noEffect: Effect = {
  settles: false,
  finalCallStatus: null,
  finalDialStatus: null,
  numberDone: false,
  nextNumberId: null,
  redialAt: null,
  nextAttemptAt: null,
  waitingFor: null,
  assignedTo: null,
  grantedBecauseOf: null,
};

function effectOf(outcome: Outcome): Effect {
  if (outcome.state === 'not_placed') return noEffect;
  const { decision, classification } = outcome;
  if (decision.next === 'end') {
    return {
      ...noEffect,
      settles: true,
      finalCallStatus: decision.callStatus,
      finalDialStatus: storedDialStatus(decision.dialStatus),
      numberDone: true,
    };
  }
  const ifCancelled = {
    finalCallStatus: classification.callStatus,
    finalDialStatus: storedDialStatus(classification.dialStatus),
  };
  if (decision.next === 'dial') {
    return {
      ...noEffect,
      ...ifCancelled,
      nextNumberId: decision.numberId,
      redialAt: decision.redialAt ?? null,
      nextAttemptAt: decision.at,
      grantedBecauseOf: decision.becauseOf,
    };
  }
  if (decision.to.kind === 'agent') {
    const assignedTo = `agent:${decision.to.agent}`;
    const nextAttemptAt = decision.at ?? null;
    return { ...noEffect, ...ifCancelled, waitingFor: 'agent', assignedTo, nextAttemptAt };
  }
  // Holds until the target campaign has taken it, which it may be unable to.
  return { ...noEffect, ...ifCancelled, waitingFor: 'retarget_target' };
}

async function runOutcome(
  db: Database,
  outcome: Outcome,
  effect: Effect,
): Promise<RecordedOutcome> {
  const placed = outcome.state === 'not_placed' ? null : outcome;
  const found = placed?.classification;
  const { rows } = await db
    .raw<{ rows: (ContactPosition & { recorded: boolean; settings_version: number })[] }>(
      outcomeStatement,
      {
        ...effect,
        attemptId: outcome.attemptId,
        state: outcome.state,
        startedAt: outcome.startedAt ?? null,
        endedAt: found?.endedAt ?? outcome.now,
        answeredAt: found?.answeredAt ?? null,
        response: found?.response ?? null,
        reason: found?.reason ?? null,
        cause: found?.cause ?? null,
        causeText: found?.causeText ?? null,
        techCause: found?.techCause ?? null,
        dialStatus: storedDialStatus(found?.dialStatus ?? null),
        callStatus: found?.callStatus ?? null,
        rule: found?.rule ?? null,
        confidence: found?.confidence ?? null,
        hungUpBy: found?.hungUpBy ?? null,
        ringMs: found?.ringMs ?? null,
        talkMs: found?.talkMs ?? null,
        transferredTo: found?.transferredTo ?? null,
        evidence: JSON.stringify(outcome.evidence),
        decision: placed === null ? null : JSON.stringify(placed.decision),
      },
    )
    .options({ name: 'record-outcome' });
  const row = rows[0];
  if (row === undefined) {
    throw Object.assign(new Error(`no attempt ${outcome.attemptId} to record`), {
      code: 'UNKNOWN_ATTEMPT',
    });
  }
  const { recorded, settings_version: settingsVersion } = row;
  return { recorded, next: nextStepOf(row), settingsVersion };
}

async function followRetarget(
  trx: Database,
  attemptId: AttemptId,
  target: RuledTarget,
): Promise<NextStep> {
  const attempt = await trx<{ id: AttemptId; contact_id: ContactId }>('attempts')
    .where({ id: attemptId })
    .first('contact_id');
  if (attempt === undefined) throw new Error('the attempt that was just recorded is gone');
  return retargetByRule(trx, attempt.contact_id, target);
}

const outcomeStatement = `
with contact as materialized (
  select c.* from contacts c
  where c.id = (select a.contact_id from attempts a where a.id = :attemptId::uuid and a.state <> 'void')
  for no key update
), surroundings as materialized (
  select c.id as contact_id, c.campaign_id, s.settings -> 'trunks' as trunks,
    (k.state = 'cancelled' and :state <> 'not_placed') or :settles::boolean as settles
  from contact c
  join campaigns k on k.id = c.campaign_id
  join campaign_settings s on s.campaign_id = k.id and s.version = k.settings_version
), recorded as (
  update attempts a set
    state = :state::text,
    started_at = case when :state <> 'not_placed'
      then coalesce(:startedAt::timestamptz, a.claimed_at) end,
    answered_at = :answeredAt::timestamptz,
    ended_at = :endedAt::timestamptz,
    recorded_at = clock_timestamp(),
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
    transferred_to = :transferredTo::text,
    evidence = :evidence::jsonb,
    decision = :decision::jsonb
  from surroundings x
  where a.id = :attemptId::uuid and a.state = 'sending' and a.contact_id = x.contact_id
  returning a.id, a.contact_id, a.number_id, a.phone_key, a.counters_before as before,
    a.ended_at, a.state = 'not_placed' as undone, x.settles
), moved as (
  update contacts c set
    live_attempt_id = null,
    attempts_made = c.attempts_made - r.undone::int,
    attempts_by_status = case when r.undone then c.attempts_by_status
      else c.attempts_by_status || jsonb_build_object(
        :callStatus::text, coalesce((c.attempts_by_status ->> :callStatus)::int, 0) + 1) end,
    redials_granted = case when :grantedBecauseOf::text is null then c.redials_granted
      else c.redials_granted || jsonb_build_object(
        :grantedBecauseOf::text, coalesce((c.redials_granted ->> :grantedBecauseOf)::int, 0) + 1) end,
    -- A redial of a contact that is an agent's waits for that agent again.
    call_now = c.call_now and r.undone,
    assigned_to = coalesce(:assignedTo::text, c.assigned_to),
    waiting_for = case
      when r.settles or r.undone then null
      when :waitingFor::text is null and c.assigned_to like 'agent:%' then 'agent'
      else :waitingFor::text end,
    waiting_rule = null,
    next_number_id = case when r.settles then null
      else coalesce(:nextNumberId::uuid, c.next_number_id) end,
    next_attempt_at = case when r.settles or r.undone then null else :nextAttemptAt::timestamptz end,
    state = case when r.settles then 'settled' else 'waiting' end,
    call_status = case when r.settles then :finalCallStatus::text end,
    dial_status = case when r.settles then :finalDialStatus::smallint end,
    settled_at = case when r.settles then clock_timestamp() end
  from recorded r
  where c.id = r.contact_id
  returning c.state, c.waiting_for, c.waiting_rule, c.next_attempt_at, c.live_attempt_id
), moved_numbers as (
  update numbers n set
    active = n.active and not r.settles,
    call_status = case when n.id = r.number_id and not r.undone
      then :callStatus::text else n.call_status end,
    dial_status = case when n.id = r.number_id and not r.undone
      then :dialStatus::smallint else n.dial_status end,
    settled_at = case when n.id = r.number_id and not r.undone
        and (r.settles or :numberDone::boolean
          or (:redialAt::timestamptz is null and n.id <> coalesce(:nextNumberId::uuid, n.id)))
      then r.ended_at else n.settled_at end,
    redial_at = case
      when r.settles then null
      when n.id = r.number_id and not r.undone then :redialAt::timestamptz
      else n.redial_at end,
    attempts_made = n.attempts_made - (n.id = r.number_id and r.undone)::int,
    day = case when n.id = r.number_id and r.undone
      then (r.before ->> 'day')::date else n.day end,
    day_attempts = case when n.id = r.number_id and r.undone
      then (r.before ->> 'dayAttempts')::int else n.day_attempts end,
    last_attempt_at = case when n.id = r.number_id and r.undone
      then (r.before ->> 'numberLastAt')::timestamptz else n.last_attempt_at end
  from recorded r
  where n.contact_id = r.contact_id and (n.id = r.number_id or r.settles)
), moved_phone as (
  update phones p set
    attempts_made = p.attempts_made - 1,
    last_attempt_at = (r.before ->> 'phoneLastAt')::timestamptz
  from recorded r
  where r.undone and p.phone_key = r.phone_key
)
select true as recorded, m.state, m.waiting_for, m.waiting_rule, m.next_attempt_at, m.live_attempt_id,
  null as live_trunk, x.trunks, settings_in_force(x.campaign_id) as settings_version
from moved m cross join surroundings x
union all
select false, c.state, c.waiting_for, c.waiting_rule, c.next_attempt_at, c.live_attempt_id, live.trunk,
  x.trunks, settings_in_force(x.campaign_id)
from contact c cross join surroundings x
left join attempts live on live.id = c.live_attempt_id
where not exists (select from recorded)
`;
