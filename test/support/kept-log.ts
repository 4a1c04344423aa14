import type { AmiLog } from '../../ami/ami-log.ts';

/** A log that keeps what it was told, for tests that look for what must not be there. */
export function createKeptLog(): { log: AmiLog; lines: () => string[] } {
  const kept: string[] = [];
  const keep = (fields: object, message: string) => {
    kept.push(`${message} ${JSON.stringify(fields)}`);
  };
  return { log: { debug: keep, info: keep, warn: keep, error: keep }, lines: () => [...kept] };
}
