import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';

const fullBytes = 10_000_000;

/** A log file for the lines of all parts; a full one is kept once, as `.1`. */
export function openPartsLog(dataDir: string): { file: string; write: (line: string) => void } {
  const file = path.join(dataDir, 'logs', 'parts.log');
  mkdirSync(path.dirname(file), { recursive: true });
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > fullBytes) renameSync(file, `${file}.1`);
  return { file, write: (line) => appendFileSync(file, `${line}\n`) };
}
