import { lockContact } from '../db/lock-contact.ts';
import { nextStepOf } from '../db/next-step-of.ts';
import type { ContactId } from '../domain/ids.ts';
import type { NextStep } from '../domain/next-step.ts';
import type { EngineDeps } from './engine-deps.ts';

/** What a contact does next by its stored state, for a run that was started with nothing but its id. */
export function createReadNextStep(deps: EngineDeps) {
  return async function readNextStep(input: { contactId: ContactId }): Promise<NextStep> {
    const contact = await deps.db.transaction((trx) => lockContact(trx, input.contactId));
    return contact === null ? { step: 'end' } : nextStepOf(contact);
  };
}
