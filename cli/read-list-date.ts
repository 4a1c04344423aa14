import { InvalidArgumentError } from 'commander';
import { readExpiry, readListDate, type DateReading } from '../domain/suppression-dates.ts';

/** When an entry was made or a list given out. */
export function readListDateOption(text: string): Date {
  return dateOf(readListDate(text, new Date()));
}

/** Until when an entry holds; a day alone is part of it. */
export function readExpiryOption(text: string): Date {
  return dateOf(readExpiry(text));
}

function dateOf(reading: DateReading): Date {
  if (!reading.ok) throw new InvalidArgumentError(reading.reason);
  return reading.at;
}
