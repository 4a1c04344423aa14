import { z } from 'zod';
import { optional, required, section, timeZone, word, Wrong } from './campaign-fields.ts';
import { weekdays, type CallingWindow } from './campaign-settings.ts';
import { calendarDay, listOfDays } from './holidays.ts';

/** Days of the shared calendars of dialer.yaml, by their names. */
export type Calendars = Readonly<Record<string, readonly string[]>>;

/** The `callingWindow` of a campaign file: its holidays are resolved and need no file any more. */
export function callingWindowSection(calendars: Calendars) {
  return section({
    days: z
      .array(required(word(weekdays, 'a day')), 'this must be a list of days, such as [mon, tue]')
      .min(1, 'a window without days never opens: name at least one')
      .default([...weekdays]),
    from: required(clockTime(false)),
    to: required(clockTime(true)),
    timeZone: optional(timeZone('contact'), 'contact'),
    holidays: listOfDays(required(calendarDay), (day) => day).default([]),
    calendar: optional(word(Object.keys(calendars), 'a calendar of dialer.yaml'), null),
  })
    .refine(({ from, to }) => from < to, {
      path: ['to'],
      error:
        'the window ends before it starts: to must be later than from (over midnight, use two campaigns; the day ends at 24:00)',
      // Also when another key of the window is wrong.
      when: ({ value }) => hasBothTimes(value),
    })
    .transform(({ days, from, to, timeZone: zone, holidays, calendar }): CallingWindow => {
      const shared = calendar === null ? [] : (calendars[calendar] ?? []);
      const closed = [...new Set([...holidays, ...shared])].sort();
      return {
        days: [...new Set(days)],
        fromMinute: from,
        toMinute: to,
        timeZone: zone,
        ...(closed.length === 0 ? {} : { holidays: closed }),
      };
    });
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
