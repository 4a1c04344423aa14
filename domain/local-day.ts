import { instantsOfLocalTime, readLocalTime } from './local-time.ts';

const dayMs = 86_400_000;

/** The instant at which the next calendar day begins in a zone; midnight itself may not exist there. */
export function startOfNextLocalDay(at: Date, zone: string): Date {
  const nextMidnight = readLocalTime(at, zone).dayMs + dayMs;
  const later = instantsOfLocalTime(nextMidnight, zone).find((instant) => instant > at);
  return later ?? new Date(at.getTime() + dayMs);
}

/** True for the name of a zone of the IANA time zone database (`America/Lima`, `UTC`), not for an offset. */
export function isTimeZone(name: string): boolean {
  if (known.has(name)) return true;
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+){0,2}$/.test(name)) return false;
  try {
    readLocalTime(new Date(0), name);
    // More names than there are zones can only be spellings of them.
    if (known.size >= 1000) known.clear();
    known.add(name);
    return true;
  } catch {
    return false;
  }
}

/** Found to be zones: every claim asks for one or two. */
const known = new Set<string>();
