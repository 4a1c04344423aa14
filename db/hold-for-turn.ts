import type { ContactId } from '../domain/ids.ts';
import type { NextStep } from '../domain/next-step.ts';
import { lockContact } from './lock-contact.ts';
import { nextStepOf } from './next-step-of.ts';
import type { Database } from './open-database.ts';
import { retryContended } from './retry-contended.ts';

/**
 * Gives a due contact that no trunk took in time into the feeder's hands, which wakes it in order, and
 * returns its step. So thousands that were due together, after days without an engine, do not go on
 * asking all at once. A contact that was moved, settled or claimed meanwhile is left as it is.
 */
export async function holdForTurn(db: Database, contactId: ContactId): Promise<NextStep> {
  return retryContended(() =>
    db.transaction(async (trx) => {
      await trx.raw(
        `update contacts set waiting_for = 'turn', waiting_rule = null, woken_at = null
         where id = :contactId and state = 'waiting' and live_attempt_id is null
           and fed_at is not null and (next_attempt_at is null or next_attempt_at <= now())
           and (waiting_for is null or waiting_for not in ('agent', 'retarget_target', 'no_opening'))`,
        { contactId },
      );
      const contact = await lockContact(trx, contactId);
      return contact === null ? { step: 'end' } : nextStepOf(contact);
    }),
  );
}
