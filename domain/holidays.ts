import { z } from 'zod';
import { required, section, text, Wrong } from './campaign-fields.ts';
import type { Fault } from './errors.ts';
import { faultsOfIssue } from './faults-of-issue.ts';

/** The days of a shared calendar, `YYYY-MM-DD`, in order. */
export type CalendarReading =
  | { readonly ok: true; readonly content: readonly string[] }
  | { readonly ok: false; readonly faults: Fault[] };

// Searching for the next opening passes over each of them.
const mostDays = 1_000;

/** A day of the calendar, as `YYYY-MM-DD`: one that exists, of this century. */
export function calendarDay(value: unknown): string | Wrong {
  const hint = 'this is not a date: write it as 2026-12-25';
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return new Wrong(hint);
  const date = new Date(`${value}T00:00:00Z`);
  // February has no 30th: JavaScript goes on into March.
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== value) {
    return new Wrong(`there is no ${value} in the calendar`);
  }
  return value.startsWith('20') ? value : new Wrong('this must be a date from 2000 to 2099');
}

/** A list of different days; where it comes from, each is `dayOf` of an entry. */
export function listOfDays<Entry extends z.ZodType>(
  entry: Entry,
  dayOf: (entry: z.output<Entry>) => string,
) {
  return z
    .array(entry, 'this must be a list of dates')
    .max(mostDays, `this must have at most ${mostDays} dates`)
    .superRefine((entries, context) => {
      const days = entries.map(dayOf);
      days.forEach((day, index) => {
        if (days.indexOf(day) === index) return;
        context.addIssue({ code: 'custom', path: [index], message: `${day} is here twice` });
      });
    });
}

/** Checks a parsed calendar file: a list of entries with `date`, `name` and `source`. */
export function readCalendar(value: unknown): CalendarReading {
  const reading = calendarFile.safeParse(value);
  if (!reading.success) return { ok: false, faults: reading.error.issues.flatMap(faultsOfIssue) };
  return { ok: true, content: reading.data.map(({ date }) => date).sort() };
}

const oneLine = /^[^\p{Cc}]{1,400}$/u;

const calendarFile = listOfDays(
  section({
    date: required(calendarDay),
    name: required(text(oneLine, 'write the name of the day in one line')),
    source: required(text(oneLine, 'write in one line where the date is from')),
  }),
  ({ date }) => date,
).min(1, 'a calendar has at least one date');
