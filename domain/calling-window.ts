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
  const opening = possibleOpenings(window, at, zone)
    .filter((instant) => instant > at && isInsideCallingWindow(window, instant, zone))
    .sort((a, b) => a.getTime() - b.getTime())[0];
  return opening ?? null;
}

/**
 * A window opens at its `from`, or at a clock change that jumps into it. Two weeks are enough for any
 * weekday, even where a clock change swallows the window or the whole day once.
 */
function possibleOpenings(window: CallingWindow, at: Date, zone: string): readonly Date[] {
  const today = readLocalTime(at, zone).dayMs;
  const starts = Array.from({ length: 16 }, (_, index) => today + index * dayMs);
  return [
    ...starts.flatMap((day) => instantsOfLocalTime(day + window.fromMinute * minuteMs, zone)),
    ...clockChanges(at, new Date(at.getTime() + 15 * dayMs), zone),
  ];
}
