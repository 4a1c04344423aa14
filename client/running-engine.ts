import { readFileSync } from 'node:fs';
import path from 'node:path';

/** stub until runtime/run-file.ts is there */
export function readRunFile(
  dataDir: string,
): { databaseUrl: string; temporalAddress: string } | null {
  try {
    return JSON.parse(readFileSync(path.join(dataDir, 'run.json'), 'utf8')) as never;
  } catch {
    return null;
  }
}
export const embeddedTrunk = 'carrier-a';
