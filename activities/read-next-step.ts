import { readNextStep as readStored } from '../db/read-next-step.ts';
import type { ContactId } from '../domain/ids.ts';
import type { NextStep } from '../domain/next-step.ts';
import type { EngineDeps } from './engine-deps.ts';

/**
 * What a contact does next by its stored state, for a run that was started with nothing but its id or
 * was told that something changed. Safe to repeat.
 */
export function createReadNextStep(deps: EngineDeps) {
  return async function readNextStep(input: { contactId: ContactId }): Promise<NextStep> {
    return readStored(deps.db, input.contactId);
  };
}
