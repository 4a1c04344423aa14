import { callStatuses, type CallStatus } from '../call-status.ts';
import type { DialStatus } from '../dial-status.ts';
import { seededRandom } from './seeded-random.ts';
import { pickShare, readShares, type Share, type SharesReading } from './shares.ts';

/** What an attempt can end with, and the dial status that usually comes with it. */
export const dialStatusOfEnding = {
  answered: 'ANSWER',
  transferred: 'ANSWER',
  voicemail: 'ANSWER',
  abandoned: 'ANSWER',
  no_answer: 'NO_ANSWER',
  busy: 'BUSY',
  out_of_service: 'FAILURE',
  rejected: 'NO_ANSWER',
  invalid_number: 'FAILURE',
  dialing_error: 'CONGESTION',
  unconfirmed: null,
} as const satisfies Partial<Record<CallStatus, DialStatus | null>>;

export type Ending = keyof typeof dialStatusOfEnding;

const isEnding = (word: string): word is Ending => Object.hasOwn(dialStatusOfEnding, word);

/** Reads how attempts end, such as `busy=10%,no_answer=35%,answered=55%`. */
export function readEndings(text: string): SharesReading<Ending> {
  return readShares(text, {
    isKnown: isEnding,
    unknown: `no attempt ends so; known: ${callStatuses.filter(isEnding).join(', ')}`,
    example: 'a call status and how many of all attempts end so, such as busy=10%',
    rest: 'no_answer',
  });
}

/** Of a forecast, the attempt of a contact. */
interface ForecastAttempt {
  /** From 0, in the order of import. */
  readonly contact: number;
  /** From 1. */
  readonly attemptNo: number;
}

/**
 * How an attempt ends: the same for a seed, a contact and its attempt, whatever is dialled before it.
 */
export function endingOf(
  shares: readonly Share<Ending>[],
  seed: number,
  attempt: ForecastAttempt,
): Ending {
  return pickShare(shares, seededRandom(seed, attempt.contact, attempt.attemptNo));
}

/** Where in the jitter of its rule the redial after an attempt lies, from 0 up to, and not, 1. */
export function jitterOf(seed: number, attempt: ForecastAttempt): number {
  return seededRandom(seed, attempt.contact, attempt.attemptNo, 1);
}
