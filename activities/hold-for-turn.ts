import { holdForTurn as holdStored } from '../db/hold-for-turn.ts';
import type { ContactId } from '../domain/ids.ts';
import type { NextStep } from '../domain/next-step.ts';
import type { EngineDeps } from './engine-deps.ts';

/** For a contact that no trunk of its campaign took in time: its turn is the feeder's to give. Safe to repeat. */
export function createHoldForTurn(deps: EngineDeps) {
  return async function holdForTurn(input: { contactId: ContactId }): Promise<NextStep> {
    return holdStored(deps.db, input.contactId);
  };
}
