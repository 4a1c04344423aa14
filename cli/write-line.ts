import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Writes a line and waits while the reader is slower than we are, so that a long list is never held in memory. */
export async function writeLine(stream: Writable, line: string): Promise<void> {
  if (stream.destroyed || stream.write(`${line}\n`)) return;
  await Promise.race([once(stream, 'drain'), once(stream, 'close')]);
}
