import { parsePhoneNumberFromString, type PhoneNumber } from 'libphonenumber-js/max';

/** Zones by the first digits of a number in E.164 without `+`; made by zonesByPrefix. */
export type NumberZones = ReadonlyMap<string, readonly string[]>;

/**
 * Countries of a shared calling code whose mobile numbers the plan gives no area, but a first digit.
 * The other countries of that code may be eleven hours away.
 */
const firstDigits: Readonly<Record<string, string>> = { KZ: '77' };

/**
 * Calling codes whose mobile numbers belong to an area: Mexico, Argentina and Brazil, as Google's
 * libphonenumber has them in PhoneNumberUtil (geo_mobile_countries; of Indonesia's only some do, so
 * they are not here, and China has one zone), and +1, where each island has an area code of its own.
 */
const mobilesWithArea: ReadonlySet<string> = new Set(['1', '52', '54', '55']);

/**
 * Adds to every prefix the zones of the longer ones. The table names the commonest zone where it
 * knows no more digits (+1 850 is New York there, though half of that area is Chicago): whoever is
 * not in one of the parts it knows may be in any of them.
 */
export function zonesByPrefix(table: Readonly<Record<string, readonly string[]>>): NumberZones {
  const all = new Map<string, Set<string>>(
    Object.entries(table).map(([prefix, zones]) => [prefix, new Set(zones)]),
  );
  for (const [prefix, zones] of Object.entries(table)) {
    for (let length = 1; length < prefix.length; length += 1) {
      const shorter = all.get(prefix.slice(0, length));
      if (shorter) for (const zone of zones) shorter.add(zone);
    }
  }
  return new Map([...all].map(([prefix, zones]) => [prefix, [...zones].sort()]));
}

/**
 * Every zone that a number may lie in, in the order of their names; empty when nothing is known. What
 * belongs to no area (most mobile numbers, 800 and the like) may lie in any zone of its country code,
 * as Google's own PhoneNumberToTimeZonesMapper has it.
 */
export function zonesOfNumber(e164: string, zones: NumberZones): readonly string[] {
  const number = parsePhoneNumberFromString(e164, { extract: false });
  if (!number?.isValid()) return [];
  if (hasArea(number)) return zonesOfLongest(e164.slice(1), zones);
  const prefix = firstDigits[number.country ?? ''] ?? number.countryCallingCode;
  return zones.get(prefix) ?? [];
}

function hasArea(number: PhoneNumber): boolean {
  const type = number.getType();
  if (type === 'FIXED_LINE' || type === 'FIXED_LINE_OR_MOBILE') return true;
  return type === 'MOBILE' && mobilesWithArea.has(number.countryCallingCode);
}

function zonesOfLongest(digits: string, zones: NumberZones): readonly string[] {
  for (let length = digits.length; length > 0; length -= 1) {
    const found = zones.get(digits.slice(0, length));
    if (found) return found;
  }
  return [];
}
