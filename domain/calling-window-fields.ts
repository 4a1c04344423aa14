import { z } from 'zod';
import { optional, required, section, timeZone, word, Wrong } from './campaign-fields.ts';
import { weekdays, type CallingWindow, type Weekday } from './campaign-settings.ts';
import { calendarDay, listOfDays } from './holidays.ts';

const endsTooEarly = {
  path: ['to'],
  error:
    'the window ends before it starts: to must be later than from (over midnight, use two campaigns; the day ends at 24:00)',
  // Also when another key of the window is wrong.
  when: ({ value }: { value: unknown }) => hasBothTimes(value),
};

/** Days of the shared calendars of dialer.yaml, by their names. */
export type Calendars = Readonly<Record<string, readonly string[]>>;

const windowKeys = {
  days: z
    .array(required(word(weekdays, 'a day')), 'this must be a list of days, such as [mon, tue]')
    .min(1, 'a window without days never opens: name at least one')
    .default([...weekdays]),
  from: required(clockTime(false)),
  to: required(clockTime(true)),
  holidays: listOfDays(required(calendarDay), (day) => day).default([]),
};

/** The `callingWindow` of a campaign file: its holidays are resolved and need no file any more. */
export function callingWindowSection(calendars: Calendars) {
  return section({
    ...windowKeys,
    timeZone: optional(timeZone('contact'), 'contact'),
    calendar: optional(word(Object.keys(calendars), 'a calendar of dialer.yaml'), null),
  })
    .refine(({ from, to }) => from < to, endsTooEarly)
    .transform(({ calendar, holidays, ...keys }): CallingWindow => {
      const shared = calendar === null ? [] : (calendars[calendar] ?? []);
      return windowOf({ ...keys, holidays: [...holidays, ...shared] });
    });
}

/** One of the windows of a rule pack, by the clock of the contact. */
export const packWindowSection = section(windowKeys)
  .refine(({ from, to }) => from < to, endsTooEarly)
  .transform((keys): CallingWindow => windowOf({ ...keys, timeZone: 'contact' }));

function windowOf(keys: {
  readonly days: readonly Weekday[];
  readonly from: number;
  readonly to: number;
  readonly timeZone: string;
  readonly holidays: readonly string[];
}): CallingWindow {
  const closed = [...new Set(keys.holidays)].sort();
  return {
    days: [...new Set(keys.days)],
    fromMinute: keys.from,
    toMinute: keys.to,
    timeZone: keys.timeZone,
    ...(closed.length === 0 ? {} : { holidays: closed }),
  };
}

/** Minutes after midnight of `HH:MM`. */
function clockTime(mayBeMidnightAtEnd: boolean) {
  return (value: unknown): number | Wrong => {
    const isEnd = value === '24:00';
    if (isEnd && mayBeMidnightAtEnd) return 24 * 60;
    if (isEnd) return new Wrong('a window cannot start at 24:00: write "00:00"');
    const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(asText(value)) ?? [];
    if (hour !== undefined && minute !== undefined) return Number(hour) * 60 + Number(minute);
    return new Wrong('this is not a time of day: write "09:00" in quotes, with two digits each');
  };
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

function hasBothTimes(value: unknown): boolean {
  const { from, to } = (value ?? {}) as { from?: unknown; to?: unknown };
  return typeof from === 'number' && typeof to === 'number';
}
