import {
  isSupportedCountry,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
  type CountryCode,
  type NumberType,
  type PhoneNumber,
} from 'libphonenumber-js/max';
import { emergencyNumbers } from './emergency-numbers.ts';
import { escapeControls } from './escape-controls.ts';
import { plainPhoneText } from './phone-text.ts';
import { refusePhone, refusePhoneText, type PhoneRefusal } from './refuse-phone-text.ts';

export interface ReadNumber {
  readonly ok: true;
  readonly e164: string;
  /** ISO 3166-1 alpha-2; null for international services such as +800. */
  readonly country: string | null;
  /** false: of possible length, but not in its country's numbering plan. */
  readonly valid: boolean;
}

export type NumberFormat = 'e164' | 'digits' | 'national';

/**
 * Reads one phone number as people and spreadsheets write it. Never digs a number out of other
 * text. Emergency, premium and satellite numbers are refused, and what is too short to be anything
 * but a service code or an extension of our own.
 */
export function readPhoneNumber(
  text: string,
  defaultCountry: string | null,
): ReadNumber | PhoneRefusal {
  // Before anything looks at each character: a cell may have megabytes.
  if (text.length > 200) return refusePhone('too_long', 'this is too long to be a phone number');
  if (hasControls(text)) {
    return refusePhone('control_characters', 'there are control characters in the number');
  }
  const plain = plainPhoneText(text);
  const country = countryOf(defaultCountry);
  const refusal = refusePhoneText(plain) ?? refuseShortCode(plain, country);
  if (refusal) return refusal;
  const parsed: (PhoneNumber | null)[] = [];
  for (const spelling of spellings(plain, country)) {
    const number = parse(spelling, country);
    parsed.push(number);
    // With the full metadata a number is valid when its plan has a type for it; asked for once, because
    // that is most of the work of a long list.
    const type = number?.getType();
    if (number && type !== undefined) return refuseService(number, type) ?? accepted(number, true);
  }
  const number = parsed.find((candidate) => candidate?.isPossible());
  if (number) return refuseService(number, undefined) ?? accepted(number, false);
  return refuseUnreadable(plain, country, parsed[0] ?? null);
}

/**
 * The one form under which all spellings of a phone are the same, for keys and comparison: the old
 * Mexican mobile +521 is +52, an Argentine mobile (+549, or 15 after the area code) is +54 and its
 * national number. Not necessarily what has to be dialled.
 */
export function canonicalNumber(e164: string): string {
  if (/^\+521\d{10}$/.test(e164)) return `+52${e164.slice(4)}`;
  // Two digits more than a national number has: those are the 15.
  const argentine = /^\+54\d{12}$/.test(e164) ? (parse(e164, null)?.number ?? e164) : e164;
  return argentine.replace(/^\+549(\d{10})$/, '+54$1');
}

/**
 * The number as a trunk wants it. `national` is what a caller of the number's own country dials,
 * trunk prefix included; with `homeCountry`, a foreign number gets that country's international
 * prefix, because its national form would ring somebody else.
 */
export function formatForTrunk(
  e164: string,
  format: NumberFormat,
  homeCountry: string | null = null,
): string {
  if (format === 'e164') return e164;
  const number = format === 'national' ? parse(e164, null) : null;
  if (!number) return e164.replace(/^\+/, '');
  const from = countryOf(homeCountry);
  const isForeign = from !== undefined && number.country !== from;
  const written = isForeign
    ? number.format('IDD', { fromCountry: from })
    : number.format('NATIONAL');
  return (written || e164).replace(/[^0-9]/g, '');
}

/** The last check before a dial string: digits and one leading plus, nothing else. */
export function isDialable(text: string): boolean {
  return /^\+?[0-9]{3,18}$/.test(text);
}

/** A number for eyes that may not see it: country code and the last two digits. */
export function maskNumber(e164: string): string {
  const digits = e164.replace(/^\+/, '');
  const code = parse(e164, null)?.countryCallingCode ?? '';
  const hidden = Math.max(digits.length - code.length - 2, 0);
  return `+${code}${'*'.repeat(hidden)}${digits.slice(-2)}`;
}

/** True for an ISO 3166-1 alpha-2 code, upper case, whose numbering plan is known. */
export function isCountry(code: string): code is CountryCode {
  return isSupportedCountry(code);
}

function hasControls(text: string): boolean {
  return escapeControls(text) !== text;
}

function countryOf(code: string | null): CountryCode | undefined {
  return code !== null && isCountry(code) ? code : undefined;
}

function parse(text: string, country: CountryCode | null | undefined): PhoneNumber | null {
  const options = country ? { defaultCountry: country, extract: false } : { extract: false };
  return parsePhoneNumberFromString(text, options) ?? null;
}

function refuseShortCode(plain: string, country: CountryCode | undefined): PhoneRefusal | null {
  const digits = plain.replace(/[^0-9]/g, '');
  if (emergencyNumbers.has(digits)) return emergencyRefusal();
  // A few islands have numbers of four digits.
  if (digits.length > 4 || parse(plain, country)?.isValid()) return null;
  return refusePhone('short_number', 'this is a service code or an extension, not a phone number');
}

function emergencyRefusal(): PhoneRefusal {
  return refusePhone('emergency_number', 'emergency numbers are never dialled');
}

/** The ways in which a text may have been meant, the likeliest first. */
function spellings(plain: string, country: CountryCode | undefined): readonly string[] {
  const digits = plain.replace(/[^0-9+]/g, '');
  const [, international] = /^(?:00|011)([1-9]\d{6,})$/.exec(digits) ?? [];
  // 011 is a prefix of North America; without a country, only the 00 of the ITU is understood.
  const isPrefix = international !== undefined && (country !== undefined || digits[1] === '0');
  // (+52) 55 …: the parser takes no bracket before the plus.
  const first = plain.replace(/^\( *(\+[\d ]*)\)/, '$1 ');
  return [first, ...(isPrefix ? [`+${international}`] : [])].flatMap((spelling) => [
    ...withoutOldMexicanPrefix(spelling, country),
    spelling,
  ]);
}

// Mexico dropped 1, 01, 044 and 045 in 2019; lists and contacts have not.
function withoutOldMexicanPrefix(
  spelling: string,
  country: CountryCode | undefined,
): readonly string[] {
  const digits = spelling.replace(/[^0-9+]/g, '');
  const [, abroad] = /^(?:\+|00|011)52(?:1|01|044|045)(\d{10})$/.exec(digits) ?? [];
  const [, athome] = country === 'MX' ? (/^(?:01|044|045|521)(\d{10})$/.exec(digits) ?? []) : [];
  const national = abroad ?? athome;
  return national === undefined ? [] : [`+52${national}`];
}

function refuseService(number: PhoneNumber, type: NumberType): PhoneRefusal | null {
  if (emergencyNumbers.has(number.nationalNumber)) return emergencyRefusal();
  if (type === 'PREMIUM_RATE' || /^\+(?:1900|979)/.test(number.number)) {
    return refusePhone('premium_number', 'premium-rate numbers are not dialled');
  }
  if (/^\+(?:870|881|882|883)/.test(number.number)) {
    return refusePhone('satellite_number', 'satellite networks are not dialled');
  }
  return null;
}

function accepted(number: PhoneNumber, valid: boolean): ReadNumber {
  return {
    ok: true,
    e164: number.number,
    country: number.country ?? null,
    valid,
  };
}

function refuseUnreadable(
  plain: string,
  country: CountryCode | undefined,
  number: PhoneNumber | null,
): PhoneRefusal {
  if (number) {
    const service = refuseService(number, number.getType());
    if (service) return service;
  }
  if (country === undefined && !plain.replace(/[ (]/g, '').startsWith('+')) {
    return refusePhone(
      'no_country',
      'this is a national number and no country is known: write + and the country code, or set defaultCountry',
    );
  }
  const why = validatePhoneNumberLength(plain, country ? { defaultCountry: country } : undefined);
  return (
    lengthRefusals.get(why ?? '') ??
    refusePhone('not_possible', 'no phone number has this form in its country')
  );
}

const lengthRefusals: ReadonlyMap<string, PhoneRefusal> = new Map([
  ['TOO_SHORT', refusePhone('too_short', 'there are digits missing: too short for its country')],
  ['TOO_LONG', refusePhone('too_long', 'there are too many digits for its country')],
  ['INVALID_COUNTRY', refusePhone('country_code', 'there is no such country code')],
]);
