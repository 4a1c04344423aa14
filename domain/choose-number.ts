import type { CallStatus } from './call-status.ts';
import type { DialStatus } from './dial-status.ts';
import type { NumberId } from './ids.ts';
import { findRedialLeft, type CallResult, type RedialBudget } from './recycle-rule.ts';

/** One number of a contact. */
export interface NumberState {
  readonly id: NumberId;
  /** null: not settled yet. */
  readonly callStatus: CallStatus | null;
  readonly dialStatus: DialStatus | null;
  /** ISO 8601 UTC. */
  readonly settledAt: string | null;
  /** false: suppressed, malformed or otherwise never to be dialled. */
  readonly dialable: boolean;
  /** Dialled, not settled, and to be dialled again after others. Default null. */
  readonly redial?: PendingRedial | null;
}

/** The latest call to a number that waits for its redial while others are dialled. */
export interface PendingRedial extends CallResult {
  /** When that call was, ISO 8601 UTC. */
  readonly at: string;
  /** The redial is not before this. */
  readonly dueAt: string;
}

export interface NumberChoice {
  readonly numberId: NumberId;
  /** Not before this, ISO 8601 UTC; null: at once. */
  readonly at: string | null;
  /** The recycle rule that grants a redial for it; null: the number was not dialled yet. */
  readonly becauseOf: CallStatus | DialStatus | null;
}

/**
 * The number that comes next: the first that was not dialled yet, else the one whose redial is due
 * first. A pending redial is granted now, when the number's turn comes, and so is void when others have
 * used up the redials of its rule. null: no number is left.
 */
export function chooseNumber(
  budget: RedialBudget,
  numbers: readonly NumberState[],
): NumberChoice | null {
  const open = numbers.filter(isOpen);
  const fresh = open.find(({ redial }) => (redial ?? null) === null);
  if (fresh) return { numberId: fresh.id, at: null, becauseOf: null };
  const redials = open.flatMap(({ id, redial }): NumberChoice[] => {
    const left = redial ? findRedialLeft(budget, redial) : null;
    return redial && left ? [{ numberId: id, at: redial.dueAt, becauseOf: left.key }] : [];
  });
  const dueOf = ({ at }: NumberChoice) => Date.parse(at ?? '');
  return redials.reduce<NumberChoice | null>(
    (first, one) => (first !== null && dueOf(first) <= dueOf(one) ? first : one),
    null,
  );
}

/** Not done with, and may be dialled. */
export function isOpen(number: NumberState | undefined): boolean {
  return number !== undefined && number.callStatus === null && number.dialable;
}
