import { callContactNow } from '../db/call-contact-now.ts';
import { cancelContact } from '../db/cancel-contact.ts';
import type { ChangeResult } from '../db/change-contact.ts';
import { reassignContact } from '../db/reassign-contact.ts';
import { rescheduleContact } from '../db/reschedule-contact.ts';
import { suppressContact } from '../db/suppress-contact.ts';
import type { ContactId } from '../domain/ids.ts';
import type { NextStep } from '../domain/next-step.ts';
import type { ManualAction } from '../workflows/messages.ts';
import type { EngineDeps } from './engine-deps.ts';

/** The contact's next step, or the code of the reason why the action makes no sense now. */
export type ManualActionOutcome = { readonly next: NextStep } | { readonly refused: string };

/**
 * Carries out what a person decided about a contact, in one transaction. Safe to repeat: an action
 * whose audit entry was carried out already leads to the same step.
 */
export function createApplyManualAction(deps: EngineDeps) {
  return async function applyManualAction(
    input: ManualAction & { readonly contactId: ContactId },
  ): Promise<ManualActionOutcome> {
    const isUnknownAgent =
      input.action === 'reassign' && 'agent' in input.to && !(input.to.agent in deps.agents);
    const outcome = isUnknownAgent ? { refused: 'unknown_agent' } : await apply(deps, input);
    const refused = 'refused' in outcome ? outcome.refused : null;
    deps.log.info({ contactId: input.contactId, action: input.action, refused }, 'manual action');
    return outcome;
  };
}

function apply(
  { db }: EngineDeps,
  input: ManualAction & { readonly contactId: ContactId },
): Promise<ChangeResult> {
  const { contactId, auditId, reasonCode } = input;
  const because = {
    ...(auditId === undefined ? {} : { auditId }),
    ...(reasonCode === undefined ? {} : { reasonCode }),
  };
  switch (input.action) {
    case 'reassign':
      return reassignContact(db, contactId, input.to, because);
    case 'reschedule':
      return rescheduleContact(db, contactId, input.at, because);
    case 'callNow':
      return callContactNow(db, contactId, because);
    case 'cancel':
      return cancelContact(db, contactId, because);
    case 'suppress':
      return suppressContact(db, contactId, 'global', because);
  }
}
