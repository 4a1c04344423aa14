/**
 * How a phone number is spelled before it is read: spreadsheets, web pages and right-to-left text
 * leave marks that nobody sees and digits that are not ASCII. These are made plain here; whatever
 * else is not part of a number is for refuse-phone-text.ts to name.
 */

// Zero-width and bidi marks, soft hyphen, byte order mark.
const invisible =
  /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/gu;
const spaces = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/gu;
const dashes = /[\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d]/gu;
// Full-width forms of ASCII, from `(` to `;`, which include the plus sign and the digits.
const fullWidth = /[\uff08-\uff1b]/gu;
const arabicDigits = /[\u0660-\u0669\u06f0-\u06f9]/gu;

/** The same number in plain ASCII where that changes nothing: digits, plus, spaces and dashes. */
export function plainPhoneText(text: string): string {
  return text
    .replace(invisible, '')
    .replace(spaces, ' ')
    .replace(dashes, '-')
    .replace(fullWidth, (character) => shifted(character, 0xfee0))
    .replace(arabicDigits, (digit) => String((digit.codePointAt(0) ?? 0) & 0x0f))
    .replace(/^ +| +$/g, '');
}

function shifted(character: string, by: number): string {
  return String.fromCodePoint((character.codePointAt(0) ?? 0) - by);
}
