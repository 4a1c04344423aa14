import type { RecycleRule } from './campaign-settings.ts';
import { contactHours, zonesOfContact, type ContactPlace } from './contact-hours.ts';
import {
  commonOpeningUntil,
  isOpen,
  nextCommonOpening,
  type OpeningHours,
} from './opening-hours.ts';
import { otherPartsOfDay } from './part-of-day.ts';

/** An attempt that a recycle rule grants a redial for. */
export interface EndedAttempt extends ContactPlace {
  readonly now: Date;
  /** When it was claimed, ISO 8601. */
  readonly attemptedAt: string;
  /** From 0 up to, and not, 1: where in the rule's jitter the redial lies. */
  readonly random: number;
  /** No redial is sooner, whatever the rule says; milliseconds, default 0. */
  readonly leastDelayMs?: number;
}

const dayMs = 86_400_000;

/** No delay grows longer, whatever the back-off. */
const longestDelayMs = 365 * dayMs;

/**
 * How much later than the delay and the calling window say another time of day may be. Every week has
 * one if any has; what comes later is a clock change that lets the hours of two zones meet for a while.
 */
const longestWaitForPartMs = 8 * dayMs;

/**
 * When a rule has a number dialled again, after so many redials that it granted: the delay with its
 * back-off, then the first other time of day if the rule wants one, then the jitter, which leads out
 * of neither.
 */
export function redialTime(attempt: EndedAttempt, rule: RecycleRule, granted: number): Date {
  const grownMs = Math.min(
    rule.afterMs * rule.backoff ** granted,
    rule.longestMs ?? longestDelayMs,
    longestDelayMs,
  );
  const delayMs = Math.max(grownMs, attempt.leastDelayMs ?? 0);
  const earliest = new Date(attempt.now.getTime() + delayMs);
  const jitterMs = Math.floor(attempt.random * (rule.jitterMs ?? 0));
  const hours = rule.timeOfDay === 'other' ? hoursOfOtherPart(attempt) : null;
  const opening = hours && firstInOtherPart(attempt, hours, earliest);
  if (hours === null || opening === null) return later(earliest, jitterMs);
  const spread = later(opening, jitterMs);
  return hours.every((candidate) => isOpen(candidate, spread)) ? spread : opening;
}

/** The calling window, and the parts of the day that the attempt was not made in. */
function hoursOfOtherPart(attempt: EndedAttempt): OpeningHours[] {
  const [zone] = zonesOfContact(attempt);
  return [...contactHours(attempt), otherPartsOfDay(new Date(attempt.attemptedAt), zone)];
}

/** null: the calling window is open in no other part, so the delay alone holds. */
function firstInOtherPart(
  attempt: EndedAttempt,
  hours: readonly OpeningHours[],
  earliest: Date,
): Date | null {
  const opening = nextCommonOpening(contactHours(attempt), earliest);
  return opening && commonOpeningUntil(hours, opening, later(opening, longestWaitForPartMs));
}

function later(time: Date, ms: number): Date {
  return new Date(time.getTime() + ms);
}
