/**
 * The dates of a suppression list: when an entry was made and until when it holds. Only year-month-day
 * is read: in 03/04/2026 nobody can tell the month.
 */

export type DateReading =
  { readonly ok: true; readonly at: Date } | { readonly ok: false; readonly reason: string };

const halfDayMs = 12 * 3_600_000;
const form =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?) ?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** When an entry was made, or a list given out; a day alone is its start in UTC. Not in the future. */
export function readListDate(text: string, now: Date): DateReading {
  const moment = readMoment(text);
  if (moment === null) return { ok: false, reason: formHint };
  // A day that has begun somewhere on earth has begun.
  const latest = now.getTime() + (moment.isDay ? 2 * halfDayMs : 60_000);
  if (moment.at.getTime() > latest) return { ok: false, reason: 'this date lies in the future' };
  return { ok: true, at: moment.at };
}

/** Until when an entry holds; a day alone is part of it everywhere on earth, until 12:00 UTC of the next. */
export function readExpiry(text: string): DateReading {
  const moment = readMoment(text);
  if (moment === null) return { ok: false, reason: formHint };
  const at = moment.isDay ? new Date(moment.at.getTime() + 3 * halfDayMs) : moment.at;
  return { ok: true, at };
}

const formHint =
  'this is not a date: write 2026-01-31, or with a time 2026-01-31T09:00:00Z (UTC when it names no offset)';

function readMoment(text: string): { readonly at: Date; readonly isDay: boolean } | null {
  const [, day, time, offset = 'Z'] = form.exec(text.trim()) ?? [];
  if (day === undefined || day < '1900') return null;
  // A day that does not exist would be read as one of the next month.
  const midnight = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== day) return null;
  if (time === undefined) return { at: midnight, isDay: true };
  const at = new Date(`${day}T${time}${offset.replace(/^(.\d{2})(\d{2})$/, '$1:$2')}`);
  return Number.isNaN(at.getTime()) ? null : { at, isDay: false };
}
