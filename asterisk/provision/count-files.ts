import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readCarrierLog } from '../carrier-log.ts';

/**
 * Makes the carrier's count files anew from its record, which is the truth: one line per earlier call, for
 * numbers whose fourth digit from the end says how often.
 */
export function writeCountFiles(logFile: string, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { number, code } of readCarrierLog(logFile)) {
    if (number.length > 3 && number.at(-4) !== '0') {
      appendFileSync(join(folder, number), `${code}\n`);
    }
  }
}
