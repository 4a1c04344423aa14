import { weekdays, type CallingWindow } from './campaign-settings.ts';
import { clockChanges, instantsOfLocalTime, readLocalTime } from './local-time.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;

/**
 * True when the zone's clock is in the window: from `fromMinute`, before `toMinute`, on one of its
 * days that is no holiday.
 */
export function isInsideCallingWindow(window: CallingWindow, at: Date, zone: string): boolean {
  const { dayMs: day, minute } = readLocalTime(at, zone);
  return minute >= window.fromMinute && minute < window.toMinute && isOpenOn(window, day);
}

/** The first instant inside the window that is not before `at`; null when it never opens. */
export function nextOpening(window: CallingWindow, at: Date, zone: string): Date | null {
  if (isInsideCallingWindow(window, at, zone)) return at;
  const start = nextStart(window, at, zone);
  if (start === null) return null;
  // A clock change may jump into the window before that.
  const jump = clockChanges(at, start, zone).find((change) =>
    isInsideCallingWindow(window, change, zone),
  );
  return jump ?? start;
}

/** Takes the day as the instant it would begin at in UTC. */
function isOpenOn({ days, holidays }: CallingWindow, dayStartMs: number): boolean {
  const date = new Date(dayStartMs);
  // JavaScript counts from Sunday, our list from Monday.
  const weekday = weekdays[(date.getUTCDay() + 6) % 7];
  if (weekday === undefined || !days.includes(weekday)) return false;
  return holidays === undefined || !holidays.includes(date.toISOString().slice(0, 10));
}

/**
 * The first time the window's `from` comes after `at`. Two weeks are enough for any weekday, even
 * where a clock change swallows the window or the whole day once; a holiday costs a week at most.
 */
function nextStart(window: CallingWindow, at: Date, zone: string): Date | null {
  const today = readLocalTime(at, zone).dayMs;
  const lastDay = 15 + 7 * (window.holidays?.length ?? 0);
  for (let day = 0; day <= lastDay; day += 1) {
    const dayStart = today + day * dayMs;
    if (!isOpenOn(window, dayStart)) continue;
    const start = instantsOfLocalTime(dayStart + window.fromMinute * minuteMs, zone).find(
      (instant) => instant > at && isInsideCallingWindow(window, instant, zone),
    );
    if (start) return start;
  }
  return null;
}
