import { bestResult, type CallStatus, type NumberResult } from '../domain/call-status.ts';
import { chooseNumber, type NumberChoice } from '../domain/choose-number.ts';
import type { ContactId, NumberId } from '../domain/ids.ts';
import type { NextStep } from '../domain/next-step.ts';
import type { RedialBudget } from '../domain/recycle-rule.ts';
import { lockContact, type LockedContact } from './lock-contact.ts';
import { nextStepOf } from './next-step-of.ts';
import { numberStates, readNumberState, type StoredNumberState } from './number-states.ts';
import type { Database } from './open-database.ts';
import { retryContended } from './retry-contended.ts';
import { settleContacts } from './settle-contacts.ts';
import { suppressedBy } from './suppression-check.ts';
import { dialStatusOrNull, isoTime } from './stored-values.ts';

export interface UndialledResult {
  /** For the number, and for the contact if none of its numbers was ever dialled. */
  readonly callStatus: CallStatus;
  /**
   * `number`: the number that is next is done with, and the contact goes on with another one if it
   * has one (a suppressed number). `contact`: the whole contact ends (a cap, a cancelled campaign).
   */
  readonly scope: 'number' | 'contact';
  /** The number that was refused; when another one is next by now, nothing ends. Default: that one. */
  readonly numberId?: NumberId | null;
  /** The cap that ended it, as the number shows it; absent: the suppression list it is on, if any. */
  readonly rule?: string | null;
}

/**
 * Ends what a claim refused for good. A contact that was dialled before keeps what came of that: its
 * best result when the numbers ran out or a cap ended it, its latest one when it is cancelled.
 * Settles nothing while an attempt is live: the returned step then says to reconcile that first.
 */
export async function settleUndialled(
  db: Database,
  contactId: ContactId,
  result: UndialledResult,
): Promise<NextStep> {
  return retryContended(() =>
    db.transaction(async (trx) => {
      const contact = await lockContact(trx, contactId);
      if (contact === null) return { step: 'end' };
      if (contact.state === 'settled' || contact.live_attempt_id !== null)
        return nextStepOf(contact);
      const refused = result.numberId ?? contact.next_number_id;
      if (result.scope === 'number' && refused !== contact.next_number_id)
        return nextStepOf(contact);
      if (result.callStatus === 'restricted') {
        await noteRefusal(trx, contact, result.rule ?? null);
      }
      if (result.scope === 'number') {
        const next = await takeNextNumber(trx, contact, result);
        if (next !== null) return { step: 'dial', at: next.at, trunks: contact.trunks };
      }
      await endContact(trx, contact, result.callStatus);
      return { step: 'end' };
    }),
  );
}

async function noteRefusal(
  trx: Database,
  contact: LockedContact,
  rule: string | null,
): Promise<void> {
  await trx.raw(
    `update numbers n set
       refused_by = coalesce(:rule::text, ${suppressedBy('n.phone_key', 'n.campaign_id')})
     where n.id = :numberId`,
    { rule, numberId: contact.next_number_id },
  );
}

/** Ends the present number and moves to the one that comes next by the rules; null without one. */
async function takeNextNumber(
  trx: Database,
  contact: LockedContact,
  { callStatus }: UndialledResult,
): Promise<NumberChoice | null> {
  // A number that was dialled keeps its result.
  await trx.raw(
    `update numbers set settled_at = now(),
       call_status = case when attempts_made = 0 then :callStatus else call_status end
     where id = :numberId`,
    { callStatus, numberId: contact.next_number_id },
  );
  const next = await choose(trx, contact.id);
  if (next !== null) await trx.raw(moveStatement, { contactId: contact.id, ...next });
  return next;
}

async function choose(trx: Database, contactId: ContactId): Promise<NumberChoice | null> {
  const { rows } = await trx.raw<{ rows: (RedialBudget & { numbers: StoredNumberState[] })[] }>(
    `with number_rows as (select * from numbers where contact_id = :contactId)
     select s.settings, c.redials_granted as "redialsGranted", ${numberStates('number_rows')} as numbers
     from contacts c
     join campaigns k on k.id = c.campaign_id
     join campaign_settings s on s.campaign_id = k.id and s.version = k.settings_version
     where c.id = :contactId`,
    { contactId },
  );
  const row = rows[0];
  if (row === undefined) throw new Error('a locked contact is gone');
  // A suppressed number has its own turn, in which it gets the status that says so.
  const isLeft = ({ settledAt }: StoredNumberState) => settledAt === null;
  const left = row.numbers.filter(isLeft).map(readNumberState);
  return chooseNumber(
    row,
    left.map((number) => ({ ...number, dialable: true })),
  );
}

const moveStatement = `
update contacts set
  next_number_id = :numberId::uuid,
  next_attempt_at = :at::timestamptz,
  waiting_for = null,
  waiting_rule = null,
  redials_granted = case when :becauseOf::text is null then redials_granted
    else redials_granted || jsonb_build_object(
      :becauseOf::text, coalesce((redials_granted ->> :becauseOf)::int, 0) + 1) end
where id = :contactId
`;

async function endContact(
  trx: Database,
  contact: LockedContact,
  callStatus: CallStatus,
): Promise<void> {
  const best = callStatus === 'cancelled' ? null : await bestOfNumbers(trx, contact.id);
  await settleContacts(trx, [contact.id], {
    ifNeverDialled: callStatus,
    ...(best === null ? {} : { result: best }),
  });
}

/** Of the calls since a person last had the contact dialled again, if there were any, else of all. */
async function bestOfNumbers(trx: Database, contactId: ContactId): Promise<NumberResult | null> {
  const { rows } = await trx.raw<{ rows: DialledNumber[] }>(
    `select n.call_status, n.dial_status, n.last_attempt_at,
       coalesce(n.last_attempt_at > c.recycled_at, true) as is_of_round
     from numbers n join contacts c on c.id = n.contact_id
     where c.id = :contactId and n.attempts_made > 0
       and n.call_status is not null and n.last_attempt_at is not null`,
    { contactId },
  );
  const ofRound = rows.filter((row) => row.is_of_round);
  return bestResult(
    (ofRound.length > 0 ? ofRound : rows).map((row) => ({
      callStatus: row.call_status,
      dialStatus: dialStatusOrNull(row.dial_status),
      at: isoTime(row.last_attempt_at),
    })),
  );
}

interface DialledNumber {
  call_status: CallStatus;
  dial_status: number | null;
  last_attempt_at: Date;
  is_of_round: boolean;
}
