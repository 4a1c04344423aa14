import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * The secret that phone keys are made with, from `<dataDir>/phone.secret` (64 hex digits, mode 0600).
 * Made on first use; of two processes that make it at once, both get the one that was first.
 * @throws Error when the file does not hold 32 bytes in hex: then it is not replaced, because every
 *   phone key in the database was made with what it held.
 */
export function phoneSecretFrom(path: string): Uint8Array {
  const kept = readPhoneSecret(path);
  if (kept) return kept;
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    // A link is whole or absent: nobody ever reads half a secret.
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return phoneSecretFrom(path);
}

function readPhoneSecret(path: string): Uint8Array | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const secret = parsePhoneSecret(text);
  if (!secret) throw new Error(`${path} must hold 64 hex digits; restore it from a backup`);
  return secret;
}

/** 32 bytes from 64 hex digits, or null. */
export function parsePhoneSecret(text: string): Uint8Array | null {
  const digits = text.trim();
  return /^[0-9a-fA-F]{64}$/.test(digits) ? Buffer.from(digits, 'hex') : null;
}
