import { bestResult, type CallStatus, type NumberResult } from './call-status.ts';
import type { RecycleRule, RetargetRule } from './campaign-settings.ts';
import type { DialStatus } from './dial-status.ts';
import type { NumberId } from './ids.ts';
import type { Decision } from './next-step.ts';
import { redialTime, type EndedAttempt } from './redial-time.ts';

/** One number of the contact as it stood before the result that is being decided on. */
export interface NumberState {
  readonly id: NumberId;
  /** null: not settled yet. */
  readonly callStatus: CallStatus | null;
  readonly dialStatus: DialStatus | null;
  /** ISO 8601 UTC. */
  readonly settledAt: string | null;
  /** false: suppressed, malformed or otherwise never to be dialled. */
  readonly dialable: boolean;
}

export interface DecisionInput extends EndedAttempt {
  readonly callStatus: CallStatus;
  readonly dialStatus: DialStatus | null;
  /** The number just dialled. */
  readonly numberId: NumberId;
  /** Attempts of the lineage, this one included. */
  readonly attempts: number;
  /** Attempts of the lineage by call status, this one included. */
  readonly attemptsByStatus: Readonly<Record<string, number>>;
  /** Redials already granted, by the key of the recycle rule that granted them. */
  readonly redialsGranted: Readonly<Record<string, number>>;
  /** All numbers of the contact in the order in which they are tried. */
  readonly numbers: readonly NumberState[];
  /** Names of the campaigns this lineage was in, the present one included. */
  readonly retargetedCampaigns: readonly string[];
  /** The agent this contact is already assigned to; rules leave it with them. Default null. */
  readonly assignedAgent?: string | null;
  /** Somebody of ours talked to whoever answered, machine or not. Default false. */
  readonly wasTaken?: boolean;
}

/**
 * What happens to a contact after an attempt, by the first rule that applies: the cap on attempts,
 * retarget, answered and transferred contacts end, recycle, an abandoned one ends, next number, end.
 *
 * A contact always ends: the recycle rules grant a finite number of redials, a number that has
 * ended is never taken again, and a campaign occurs once in a lineage.
 */
export function decideNext(input: DecisionInput): Decision {
  return (
    endAtCap(input) ??
    retarget(input) ??
    endAtOnce(input) ??
    redial(input) ??
    endUnconfirmed(input) ??
    endAbandoned(input) ??
    endTaken(input) ??
    dialNextNumber(input) ??
    endWithBest(input, 'numbers-exhausted')
  );
}

function endAtCap(input: DecisionInput): Decision | null {
  const { perContact } = input.settings.attempts;
  if (perContact === null || input.attempts < perContact) return null;
  return endWithBest(input, 'contact-cap');
}

function retarget(input: DecisionInput): Decision | null {
  const rule = input.settings.retarget.find((candidate) => mayRetarget(input, candidate));
  if (!rule) return null;
  const { afterMs } = rule;
  return {
    next: 'retarget',
    to: rule.to,
    ...(afterMs === undefined ? {} : { at: new Date(input.now.getTime() + afterMs).toISOString() }),
    rule: `retarget-${rule.when.callStatus}`,
  };
}

function mayRetarget(input: DecisionInput, { when, to }: RetargetRule): boolean {
  if (when.callStatus !== input.callStatus) return false;
  if (countOf(input.attemptsByStatus, when.callStatus) < when.attempts) return false;
  if (to.kind === 'campaign') return !input.retargetedCampaigns.includes(to.campaign);
  return (input.assignedAgent ?? null) === null;
}

// A machine is not the person, and an abandoned call reached nobody of ours: both may be redialled.
function endAtOnce(input: DecisionInput): Decision | null {
  const { callStatus } = input;
  if (callStatus === 'cancelled') return endWithThis(input, 'cancelled');
  const isOver = callStatus === 'answered' || callStatus === 'transferred';
  return isOver ? endWithThis(input, 'connected') : null;
}

function redial(input: DecisionInput): Decision | null {
  const found = findRecycleRule(input);
  if (!found || !isOpen(input.numbers.find(({ id }) => id === input.numberId))) return null;
  const granted = countOf(input.redialsGranted, found.key);
  if (granted >= found.rule.max) return null;
  return {
    next: 'dial',
    numberId: input.numberId,
    at: redialTime(input, found.rule, granted).toISOString(),
    becauseOf: found.key,
    rule: `recycle-${found.key}`,
  };
}

// Redialled only when the rules name the status itself: FAILURE or NO_ANSWER is too coarse a reason
// to dial a number that does not exist, or one that may be in a call right now.
const redialledByNameOnly: ReadonlySet<CallStatus> = new Set<CallStatus>([
  'invalid_number',
  'out_of_service',
  'unconfirmed',
  'restricted',
]);

/** The call status wins; when its redials are used up, the dial status is not asked. */
function findRecycleRule(
  input: DecisionInput,
): { key: CallStatus | DialStatus; rule: RecycleRule } | null {
  const { callStatus, dialStatus } = input;
  const { recycle } = input.settings;
  const byCallStatus = recycle[callStatus];
  if (byCallStatus) return { key: callStatus, rule: byCallStatus };
  if (dialStatus === null || redialledByNameOnly.has(callStatus)) return null;
  const byDialStatus = recycle[dialStatus];
  return byDialStatus ? { key: dialStatus, rule: byDialStatus } : null;
}

// The call may have reached the person: dialling on without knowing could ring them twice.
function endUnconfirmed(input: DecisionInput): Decision | null {
  return input.callStatus === 'unconfirmed' ? endWithThis(input, 'unconfirmed') : null;
}

// The person has been reached: another of their numbers would ring the same person.
function endAbandoned(input: DecisionInput): Decision | null {
  return input.callStatus === 'abandoned' ? endWithThis(input, 'abandoned') : null;
}

// Detection may be wrong: an agent who was given the call knows better than a rule whether to go on.
function endTaken(input: DecisionInput): Decision | null {
  const isTaken = input.callStatus === 'voicemail' && input.wasTaken === true;
  return isTaken ? endWithThis(input, 'taken') : null;
}

function dialNextNumber(input: DecisionInput): Decision | null {
  const next = input.numbers.find((number) => number.id !== input.numberId && isOpen(number));
  if (!next) return null;
  const at = input.now.toISOString();
  return { next: 'dial', numberId: next.id, at, becauseOf: null, rule: 'next-number' };
}

function isOpen(number: NumberState | undefined): boolean {
  return number !== undefined && number.callStatus === null && number.dialable;
}

function endWithThis({ callStatus, dialStatus }: DecisionInput, rule: string): Decision {
  return { next: 'end', callStatus, dialStatus, rule };
}

function endWithBest(input: DecisionInput, rule: string): Decision {
  const { callStatus, dialStatus } = input;
  const earlier = input.numbers.flatMap((number): NumberResult[] =>
    number.id === input.numberId || number.callStatus === null
      ? []
      : [{ ...number, callStatus: number.callStatus, at: number.settledAt ?? '' }],
  );
  const best = bestResult([...earlier, { callStatus, dialStatus, at: input.now.toISOString() }]);
  return {
    next: 'end',
    callStatus: best?.callStatus ?? callStatus,
    dialStatus: best ? best.dialStatus : dialStatus,
    rule,
  };
}

function countOf(counts: Readonly<Record<string, number>>, key: string): number {
  return Object.hasOwn(counts, key) ? (counts[key] ?? 0) : 0;
}
