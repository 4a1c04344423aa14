import type { ContactId } from '../domain/ids.ts';
import type { NextStep } from '../domain/next-step.ts';
import { lockContact } from './lock-contact.ts';
import { nextStepOf } from './next-step-of.ts';
import type { Database } from './open-database.ts';
import { redecisionInForce } from './redecision-in-force.ts';
import { retryContended } from './retry-contended.ts';

/** They stand until the contact's workflow has asked. */
const marks = new Set<string | null>(['rules_changed', 'campaign_cancelled']);

/** A contact's next step by its stored state, for its workflow; takes off the mark that it is to be told. */
export async function readNextStep(db: Database, contactId: ContactId): Promise<NextStep> {
  return retryContended(() =>
    db.transaction(async (trx) => {
      const contact = await lockContact(trx, contactId);
      if (contact === null) return { step: 'end' };
      if (marks.has(contact.waiting_for)) {
        await trx('contacts').where({ id: contactId }).update({ waiting_for: null });
      }
      const next = nextStepOf(contact);
      if (next.step !== 'dial') return next;
      const redecision = await redecisionInForce(trx, contactId);
      if (redecision === null) return next;
      const { settingsVersion, decision } = redecision;
      return { ...next, redecided: { rule: decision.rule, settingsVersion } };
    }),
  );
}
