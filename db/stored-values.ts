import { dialStatusCode, dialStatusOfCode, type DialStatus } from '../domain/dial-status.ts';

/** A time as pg or a JSON column gives it, in ISO 8601 UTC with milliseconds. */
export function isoTime(value: Date | string): string {
  return new Date(value).toISOString();
}

export function isoTimeOrNull(value: Date | string | null | undefined): string | null {
  return value === null || value === undefined ? null : isoTime(value);
}

/** Dial statuses are stored by the code of the seed table. */
export function storedDialStatus(status: DialStatus | null): number | null {
  return status === null ? null : dialStatusCode(status);
}

export function dialStatusOrNull(code: number | null): DialStatus | null {
  return code === null ? null : dialStatusOfCode(code);
}
