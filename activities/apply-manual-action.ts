import { callContactNow } from '../db/call-contact-now.ts';
import { cancelContact } from '../db/cancel-contact.ts';
import { findHeir } from '../db/find-heir.ts';
import { reassignContact } from '../db/reassign-contact.ts';
import { rescheduleContact } from '../db/reschedule-contact.ts';
import { suppressContact } from '../db/suppress-contact.ts';
import type { ContactId } from '../domain/ids.ts';
import type { NextStep } from '../domain/next-step.ts';
import { contactWorkflowId, dialerTaskQueue } from '../workflows/ids.ts';
import type { Because, ManualAction } from '../workflows/messages.ts';
import type { EngineDeps } from './engine-deps.ts';

/** The contact's next step, or the code of the reason why the action makes no sense now. */
export type ManualActionOutcome = { readonly next: NextStep } | { readonly refused: string };

export type ManualActionInput = ManualAction & {
  readonly contactId: ContactId;
  /** It was put off until a call in progress had its outcome. */
  readonly isDeferred?: boolean;
};

/**
 * Carries out what a person decided about a contact, in one transaction. Safe to repeat: an action
 * whose audit entry was carried out already leads to the same step.
 */
export function createApplyManualAction(deps: EngineDeps) {
  return async function applyManualAction(input: ManualActionInput): Promise<ManualActionOutcome> {
    const isUnknownAgent =
      input.action === 'reassign' &&
      'agent' in input.to &&
      !Object.hasOwn(deps.agents, input.to.agent);
    const outcome = isUnknownAgent
      ? { refused: 'unknown_agent' }
      : await applyOrPassOn(deps, input);
    const refused = 'refused' in outcome ? outcome.refused : null;
    deps.log.info({ contactId: input.contactId, action: input.action, refused }, 'manual action');
    return outcome;
  };
}

/**
 * What was put off by a call that ended in a retarget follows the person to the other campaign: the
 * workflow there gets the same message.
 */
async function applyOrPassOn(
  deps: EngineDeps,
  input: ManualActionInput,
): Promise<ManualActionOutcome> {
  const outcome = await apply(deps, input);
  if (!('refused' in outcome) || outcome.refused !== 'contact_settled') return outcome;
  const heir = input.isDeferred === true ? await findHeir(deps.db, input.contactId) : null;
  if (heir === null) return outcome;
  await deps.workflows.signalWithStart('contact', {
    workflowId: contactWorkflowId(heir),
    taskQueue: dialerTaskQueue,
    args: [{ contactId: heir }],
    signal: input.action,
    signalArgs: [messageOf(input)],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  });
  return { next: { step: 'end' } };
}

async function apply({ db }: EngineDeps, input: ManualActionInput): Promise<ManualActionOutcome> {
  const { contactId } = input;
  const because = becauseOf(input);
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
    default:
      return { refused: 'unknown_action' };
  }
}

function becauseOf({ auditId, reasonCode }: Because): Because {
  return {
    ...(auditId === undefined ? {} : { auditId }),
    ...(reasonCode === undefined ? {} : { reasonCode }),
  };
}

function messageOf(input: ManualActionInput): Because {
  return {
    ...becauseOf(input),
    ...(input.action === 'reassign' ? { to: input.to } : {}),
    ...(input.action === 'reschedule' ? { at: notPast(input.at) } : {}),
  };
}

/** The call may have outlasted the time that was asked for. */
function notPast(at: string): string {
  return new Date(Math.max(Date.parse(at), Date.now())).toISOString();
}
