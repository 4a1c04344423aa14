/**
 * What people do to a contact by hand, as Updates and as Signals of the same names. They are carried out
 * one after the other, each by an activity in one transaction, also while the contact waits for its turn
 * at the trunk: Postgres refuses the change once the attempt is claimed, and then it follows the call.
 * Updates that make no sense are refused, with the reason, before they enter history.
 */
import { ApplicationFailure, condition, proxyActivities, setHandler } from '@temporalio/workflow';
import type { SignalDefinition, UpdateDefinition } from '@temporalio/common';
import type { createActivities } from '../activities/create-activities.ts';
import { isUuid, type ContactId } from '../domain/ids.ts';
import type { NextStep } from '../domain/next-step.ts';
import {
  callNowSignal,
  callNowUpdate,
  cancelSignal,
  cancelUpdate,
  reasonCodes,
  reassignSignal,
  reassignUpdate,
  rescheduleSignal,
  rescheduleUpdate,
  suppressSignal,
  suppressUpdate,
  type Because,
  type ManualAction,
  type ManualActionResult,
} from './messages.ts';

const { applyManualAction } = proxyActivities<ReturnType<typeof createActivities>>({
  startToCloseTimeout: '30s',
  retry: { maximumInterval: '30s' },
});

/** The refusal that means: later. */
const callInProgress = 'attempt_in_progress';
/** Refusals that tell this run that the contact ended without it. */
const isOver = new Set<string | null>(['contact_settled', 'unknown_contact']);

interface WaitingAction {
  readonly action: ManualAction;
  outcome: { refused: string | null } | null;
  /** A call is in progress: it is carried out when that has its outcome. */
  isDeferred: boolean;
}

interface ContactView {
  isSettled(): boolean;
  isCalling(): boolean;
}

export function receiveManualActions(contactId: ContactId, contact: ContactView) {
  const waiting: WaitingAction[] = [];
  let isApplying = false;
  let latestStep: NextStep | null = null;
  let isStepOutdated = false;

  /** Carries out what waits, in order, until it turns out that a call is in progress. */
  async function applyInOrder(): Promise<void> {
    if (isApplying) return;
    isApplying = true;
    try {
      for (let entry = waiting[0]; entry !== undefined; entry = waiting[0]) {
        const { action, isDeferred } = entry;
        const wasCalling = contact.isCalling();
        const result = await applyManualAction({
          ...action,
          contactId,
          ...(isDeferred ? { isDeferred } : {}),
        });
        const refused = 'refused' in result ? result.refused : null;
        if (refused === callInProgress) {
          for (const each of waiting) each.isDeferred = true;
          isStepOutdated = true;
          break;
        }
        entry.outcome = { refused };
        if ('next' in result) latestStep = result.next;
        // Whether the claim or this came first, only Postgres can tell.
        isStepOutdated ||= wasCalling || contact.isCalling() || isOver.has(refused);
        waiting.shift();
      }
    } finally {
      isApplying = false;
    }
  }

  async function receive(action: ManualAction): Promise<WaitingAction> {
    const entry: WaitingAction = { action, outcome: null, isDeferred: false };
    waiting.push(entry);
    // The main loop does it, unless it is busy with a call.
    if (contact.isCalling()) await applyInOrder();
    return entry;
  }

  async function runUpdate(action: ManualAction): Promise<ManualActionResult> {
    const entry = await receive(action);
    await condition(() => entry.outcome !== null || entry.isDeferred);
    if (entry.outcome === null) return { applied: 'deferred' };
    const { refused } = entry.outcome;
    if (refused !== null) throw ApplicationFailure.nonRetryable(refusalText(refused), refused);
    return { applied: 'at_once' };
  }

  function accept<Message extends Because>(
    update: UpdateDefinition<ManualActionResult, [Message]>,
    signal: SignalDefinition<[Message]>,
    toAction: (message: Message) => ManualAction,
  ): void {
    setHandler(update, (message: Message) => runUpdate(toAction(message)), {
      validator: (message: Message) => {
        const fault = contact.isSettled() ? 'contact_settled' : faultOf(toAction(message));
        if (fault !== null) throw ApplicationFailure.nonRetryable(refusalText(fault), fault);
      },
    });
    setHandler(signal, async (message: Message) => {
      // A signal has nobody to refuse to: one that makes no sense is dropped.
      if (!contact.isSettled() && faultOf(toAction(message)) === null) {
        await receive(toAction(message));
      }
    });
  }

  accept(reassignUpdate, reassignSignal, (message) => ({
    action: 'reassign',
    to: message.to,
    ...becauseOf(message),
  }));
  accept(rescheduleUpdate, rescheduleSignal, (message) => ({
    action: 'reschedule',
    at: message.at,
    ...becauseOf(message),
  }));
  accept(callNowUpdate, callNowSignal, (message) => ({
    action: 'callNow',
    ...becauseOf(message),
  }));
  accept(cancelUpdate, cancelSignal, (message) => ({ action: 'cancel', ...becauseOf(message) }));
  accept(suppressUpdate, suppressSignal, (message) => ({
    action: 'suppress',
    ...becauseOf(message),
  }));

  return {
    isIdle: () => waiting.length === 0,

    /**
     * Carries out what waits, in order. Says what step follows from the last one that was not refused, or
     * `outdated` when Postgres has to be asked; null when there was none.
     */
    async applyWaiting(): Promise<NextStep | 'outdated' | null> {
      if (isApplying) await condition(() => !isApplying);
      await applyInOrder();
      const step = isStepOutdated ? 'outdated' : latestStep;
      isStepOutdated = false;
      latestStep = null;
      return step;
    },
  };
}

/** Of a message from anywhere only the known keys, and none but the handler says what is to be done. */
function becauseOf(message: Because): Because {
  const { auditId, reasonCode } = message;
  return {
    ...(auditId === undefined ? {} : { auditId }),
    ...(reasonCode === undefined ? {} : { reasonCode }),
  };
}

/** What is wrong with a message itself, whatever the contact's state; null when nothing is. */
function faultOf(action: ManualAction): string | null {
  if (action.auditId === undefined && action.reasonCode === undefined) return 'reason_missing';
  if (action.auditId !== undefined && !isUuid(action.auditId)) return 'audit_id_malformed';
  if (action.reasonCode !== undefined && !reasonCodes.includes(action.reasonCode)) {
    return 'reason_unknown';
  }
  if (action.action === 'reassign') {
    const to = action.to as unknown;
    if (typeof to !== 'object' || to === null) return 'target_missing';
    if ('campaignId' in to) return isUuid(String(to.campaignId)) ? null : 'target_malformed';
    return 'agent' in to && typeof to.agent === 'string' ? null : 'target_missing';
  }
  if (action.action === 'reschedule') {
    const at = isoTime.test(action.at) ? Date.parse(action.at) : Number.NaN;
    if (Number.isNaN(at)) return 'time_malformed';
    if (at < Date.now() - 60_000 || at > Date.now() + 366 * 86_400_000) return 'time_out_of_range';
  }
  return null;
}

/** With an offset or Z: without one, it would be a time of whichever process reads it. */
const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;

const refusalTexts: Readonly<Record<string, string>> = {
  retarget_target:
    'The campaign it should go to is missing or cancelled: reassign it, or cancel it.',
  contact_settled: 'The contact is settled already; nothing is pending that could be changed.',
  reason_missing: 'Give auditId or reasonCode: every manual action must say why.',
  audit_id_malformed: 'auditId must be the id of an audit entry (a lower-case UUID).',
  reason_unknown: `reasonCode must be one of ${reasonCodes.join(', ')}.`,
  target_missing: 'Give to: {campaignId} or to: {agent}.',
  target_malformed: 'to.campaignId must be the id of a campaign (a lower-case UUID).',
  time_malformed:
    'at must be a time in ISO 8601 with an offset or Z, for example 2026-01-31T09:00:00Z.',
  time_out_of_range: 'at must lie in the future and within a year.',
};

function refusalText(code: string): string {
  return refusalTexts[code] ?? `Refused: ${code}.`;
}
