import { bestResult, type CallStatus, type NumberResult } from './call-status.ts';
import type { RetargetRule } from './campaign-settings.ts';
import { chooseNumber, isOpen, type NumberState } from './choose-number.ts';
import { countOf } from './count-of.ts';
import type { DialStatus } from './dial-status.ts';
import type { NumberId } from './ids.ts';
import type { Decision } from './next-step.ts';
import { findRedialLeft } from './recycle-rule.ts';
import { redialTime, type EndedAttempt } from './redial-time.ts';

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
  /** All numbers of the contact as they stood before this result, in the order in which they are tried. */
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
 * A contact always ends: the recycle rules grant a finite number of redials, whichever number they go
 * to, a number that was dialled is not dialled again without one, and a campaign occurs once in a lineage.
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
  const left = findRedialLeft(input, input);
  if (!left || !isOpen(input.numbers.find(({ id }) => id === input.numberId))) return null;
  const at = redialTime(input, left.rule, left.granted).toISOString();
  const comesLater = left.rule.nextNumber === 'first' && mayRingAnother(input);
  return (
    (comesLater ? dialOthersBefore(input, at) : null) ?? {
      next: 'dial',
      numberId: input.numberId,
      at,
      becauseOf: left.key,
      rule: `recycle-${left.key}`,
    }
  );
}

/** null: no other number comes before this one is due again. */
function dialOthersBefore(input: DecisionInput, dueAt: string): Decision | null {
  const { callStatus, dialStatus, attemptedAt } = input;
  const redial = { callStatus, dialStatus, at: attemptedAt, dueAt };
  const decision = dialChosen(
    input,
    input.numbers.map((number) => (number.id === input.numberId ? { ...number, redial } : number)),
  );
  return decision === null || decision.numberId === input.numberId
    ? null
    : { ...decision, redialAt: dueAt };
}

// Who may have been reached, or was talked to, would be rung by it.
function mayRingAnother({ callStatus, wasTaken }: DecisionInput): boolean {
  return callStatus !== 'unconfirmed' && callStatus !== 'abandoned' && wasTaken !== true;
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
  return dialChosen(
    input,
    input.numbers.filter(({ id }) => id !== input.numberId),
  );
}

function dialChosen(
  input: DecisionInput,
  numbers: readonly NumberState[],
): Extract<Decision, { next: 'dial' }> | null {
  const choice = chooseNumber(input, numbers);
  if (choice === null) return null;
  const { numberId, becauseOf } = choice;
  const at = new Date(Math.max(input.now.getTime(), Date.parse(choice.at ?? '') || 0));
  const dial = { next: 'dial', numberId, at: at.toISOString() } as const;
  return becauseOf === null
    ? { ...dial, becauseOf, rule: 'next-number' }
    : { ...dial, becauseOf, rule: `recycle-${becauseOf}` };
}

function endWithThis({ callStatus, dialStatus }: DecisionInput, rule: string): Decision {
  return { next: 'end', callStatus, dialStatus, rule };
}

function endWithBest(input: DecisionInput, rule: string): Decision {
  const { callStatus, dialStatus } = input;
  const earlier = input.numbers
    .filter(({ id }) => id !== input.numberId)
    .flatMap((number) => resultOf(number) ?? []);
  const best = bestResult([...earlier, { callStatus, dialStatus, at: input.now.toISOString() }]);
  return {
    next: 'end',
    callStatus: best?.callStatus ?? callStatus,
    dialStatus: best ? best.dialStatus : dialStatus,
    rule,
  };
}

/** null: it was not dialled. */
function resultOf({ callStatus, dialStatus, settledAt, redial }: NumberState): NumberResult | null {
  if (callStatus !== null) return { callStatus, dialStatus, at: settledAt ?? '' };
  return redial ?? null;
}
