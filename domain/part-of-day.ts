import { weekdays } from './campaign-settings.ts';
import { readLocalTime } from './local-time.ts';
import type { OpeningHours } from './opening-hours.ts';

/** Minutes after local midnight: morning 08–12, afternoon 12–17, evening 17–21. The night is none of them. */
const partsOfDay = [
  { fromMinute: 8 * 60, toMinute: 12 * 60 },
  { fromMinute: 12 * 60, toMinute: 17 * 60 },
  { fromMinute: 17 * 60, toMinute: 21 * 60 },
] as const;

/**
 * Every part of the day in a zone but the one that `at` is in. After `at` none of them comes that was
 * gone through on the same day, because a day goes through them in order.
 */
export function otherPartsOfDay(at: Date, zone: string): OpeningHours {
  const { minute } = readLocalTime(at, zone);
  const others = partsOfDay.filter(
    ({ fromMinute, toMinute }) => minute < fromMinute || minute >= toMinute,
  );
  const windows = others.map((part) => ({ days: weekdays, timeZone: zone, ...part }));
  return { windows: windows.map((window) => ({ window, zone })) };
}
