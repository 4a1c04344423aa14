import { createHmac } from 'node:crypto';
import { canonicalNumber, readPhoneNumber, type ReadNumber } from './phone-number.ts';
import type { PhoneRefusal } from './refuse-phone-text.ts';

/**
 * The key under which a phone is known without its number: hex HMAC-SHA-256 of the canonical form,
 * the same for all spellings of one phone. The secret lives outside the database. Not for workflow
 * code: it needs node:crypto.
 */
export function phoneKey(e164: string, secret: Uint8Array): string {
  return createHmac('sha256', secret).update(canonicalNumber(e164)).digest('hex');
}

export interface KeyedPhone extends ReadNumber {
  readonly phoneKey: string;
}

/**
 * Reads a phone in any spelling and gives it its key. Whoever keeps or asks for a suppression comes
 * through here; contacts, whose rows are read before, through its two halves.
 */
export function readKeyedPhone(
  text: string,
  { country, secret }: { readonly country: string | null; readonly secret: Uint8Array },
): KeyedPhone | PhoneRefusal {
  const reading = readPhoneNumber(text, country);
  return reading.ok ? { ...reading, phoneKey: phoneKey(reading.e164, secret) } : reading;
}

/** Tells one secret from another without telling anything of it: 16 hex digits. */
export function phoneSecretFingerprint(secret: Uint8Array): string {
  return createHmac('sha256', secret).update('fingerprint').digest('hex').slice(0, 16);
}
