import { InvalidArgumentError } from 'commander';

const withOffset =
  /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** A time given on the command line; without a time of day, the start of that day in UTC. */
export function readTime(text: string): Date {
  const time = new Date(text);
  if (!withOffset.test(text) || Number.isNaN(time.getTime())) {
    throw new InvalidArgumentError(
      'Write ISO 8601 with Z or an offset, such as 2026-01-31T09:00:00Z, or a date.',
    );
  }
  return time;
}
