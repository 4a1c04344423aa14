import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeWhole } from '../../runtime/leftover.ts';

/** The secret kept in this file, made up the first time, so that a client may outlive a restart. */
export function rememberedSecret(file: string): string {
  const kept = readIfThere(file);
  if (/^[0-9a-f]{48}$/.test(kept)) return kept;
  const secret = randomBytes(24).toString('hex');
  writeWhole(file, secret);
  return secret;
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
