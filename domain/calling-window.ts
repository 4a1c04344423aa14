import { weekdays, type CallingWindow } from './campaign-settings.ts';
import { clockChanges, instantsOfLocalTime, readLocalTime } from './local-time.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;

/** True when the zone's clock is in the window: from `fromMinute`, before `toMinute`, on one of its days. */
export function isInsideCallingWindow(window: CallingWindow, at: Date, zone: string): boolean {
  const { weekday, minute } = readLocalTime(at, zone);
  // JavaScript counts from Sunday, our list from Monday.
  const day = weekdays[(weekday + 6) % 7];
  if (day === undefined || !window.days.includes(day)) return false;
  return minute >= window.fromMinute && minute < window.toMinute;
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

/**
 * The first time the window's `from` comes after `at`. Two weeks are enough for any weekday, even
 * where a clock change swallows the window or the whole day once.
 */
function nextStart(window: CallingWindow, at: Date, zone: string): Date | null {
  const today = readLocalTime(at, zone).dayMs;
  for (let day = 0; day <= 15; day += 1) {
    const wallMs = today + day * dayMs + window.fromMinute * minuteMs;
    const start = instantsOfLocalTime(wallMs, zone).find(
      (instant) => instant > at && isInsideCallingWindow(window, instant, zone),
    );
    if (start) return start;
  }
  return null;
}
