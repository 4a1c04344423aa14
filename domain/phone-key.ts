import { createHmac } from 'node:crypto';
import { canonicalNumber } from './phone-number.ts';

/**
 * The key under which a phone is known without its number: hex HMAC-SHA-256 of the canonical form,
 * the same for all spellings of one phone. The secret lives outside the database. Not for workflow
 * code: it needs node:crypto.
 */
export function phoneKey(e164: string, secret: Uint8Array): string {
  return createHmac('sha256', secret).update(canonicalNumber(e164)).digest('hex');
}

/** Tells one secret from another without telling anything of it: 16 hex digits. */
export function phoneSecretFingerprint(secret: Uint8Array): string {
  return createHmac('sha256', secret).update('fingerprint').digest('hex').slice(0, 16);
}
