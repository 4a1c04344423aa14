import type { AttemptId } from '../domain/ids.ts';
import { waitsForFeeder, type BlockReason, type NextStep } from '../domain/next-step.ts';
import { isoTimeOrNull } from './stored-values.ts';

/** What of a contact's row says what its workflow does next. */
export interface ContactPosition {
  readonly state: 'waiting' | 'settled';
  readonly waiting_for: string | null;
  /** The rule behind waiting_for; null where that says it all. */
  readonly waiting_rule: string | null;
  readonly next_attempt_at: Date | null;
  readonly live_attempt_id: AttemptId | null;
  readonly live_trunk: string | null;
  /** Of the campaign's current settings. */
  readonly trunks: readonly string[];
}

/** Waits that only a message ends. */
const untilWoken = new Set<string>([
  'agent',
  'paused',
  'campaign_not_running',
  'no_opening',
  'retarget_target',
  'suppression_list_old',
  'turn',
]);

/** The step that a contact's stored state stands for; needs no decision of its own. */
export function nextStepOf(contact: ContactPosition): NextStep {
  const { state, trunks } = contact;
  const waitingFor = contact.waiting_for;
  const at = isoTimeOrNull(contact.next_attempt_at);
  if (state === 'settled') return { step: 'end' };
  if (contact.live_attempt_id !== null && contact.live_trunk !== null) {
    return { step: 'reconcile', attemptId: contact.live_attempt_id, trunk: contact.live_trunk };
  }
  // Changed rules have moved the redial; the mark stands until the workflow knows.
  if (waitingFor === null || waitingFor === 'rules_changed') return { step: 'dial', at, trunks };
  const reason = waitingFor as BlockReason;
  const rule = contact.waiting_rule === null ? {} : { rule: contact.waiting_rule };
  if (untilWoken.has(waitingFor)) return { step: 'wait', reason, until: null, ...rule, trunks };
  if (at === null) return { step: 'dial', at, trunks };
  const byFeeder = waitsForFeeder.has(waitingFor) ? ({ byFeeder: true } as const) : {};
  return { step: 'wait', reason, until: at, ...byFeeder, ...rule, trunks };
}
