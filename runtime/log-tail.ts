import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** The last lines of a log, for an error message. Empty when there is no log. */
export function logTail(file: string, lines = 8): string {
  try {
    const handle = openSync(file, 'r');
    const buffer = Buffer.alloc(4096);
    const start = Math.max(0, fstatSync(handle).size - buffer.length);
    const length = readSync(handle, buffer, 0, buffer.length, start);
    closeSync(handle);
    return buffer.toString('utf8', 0, length).trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
}
