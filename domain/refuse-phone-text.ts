/** Why a text is not taken for a phone number: a stable code and a reason a person can act on. */
export interface PhoneRefusal {
  readonly ok: false;
  readonly code: string;
  readonly reason: string;
}

interface RefusalRule {
  readonly code: string;
  readonly matches: (text: string) => boolean;
  readonly reason: string;
}

/** A refusal as a value. */
export function refusePhone(code: string, reason: string): PhoneRefusal {
  return { ok: false, code, reason };
}

/** The first thing that makes a plain text no phone number; null when it may be one. */
export function refusePhoneText(text: string): PhoneRefusal | null {
  const rule = rules.find(({ matches }) => matches(text));
  return rule ? refusePhone(rule.code, rule.reason) : null;
}

const like = (pattern: RegExp) => (text: string) => pattern.test(text);
const digitCount = (text: string) => text.replace(/[^0-9]/g, '').length;

// In this order: the more telling reason comes first.
const rules: readonly RefusalRule[] = [
  {
    code: 'empty',
    matches: (text) => text === '',
    reason: 'the number is empty',
  },
  {
    code: 'too_long',
    matches: (text) => text.length > 64,
    reason: 'this is too long to be one phone number',
  },
  {
    code: 'spreadsheet_number',
    matches: like(/^[+-]?\d+(?:[.,]\d+)?E[+-]?\d+$|^\+?\d{5,}(?:\.\d{1,2}|,0{1,2})$/i),
    reason:
      'a spreadsheet has turned this number into a decimal and may have lost digits: format the column as text and export it again',
  },
  {
    code: 'uri',
    matches: like(/^(?:tel|sips?|callto|skype):|@/i),
    reason: 'this is an address, not a phone number: write the number alone',
  },
  {
    code: 'extension',
    matches: like(/\d.*(?:[;,]?\s*(?:ext(?:n|ension)?\.?|x)\s*=?:?|[,;#])\s*\d{1,6}#?$/i),
    reason: 'extensions cannot be dialled: write the number without it',
  },
  {
    code: 'two_numbers',
    matches: like(/\d[\d ().-]{5,}(?:[,;/|&+]|\s(?:or|and|y|o|e|ou)\s)[ +(]*\d[\d ().-]{5,}/i),
    reason: 'there are two numbers in one cell: give each its own column (number_1, number_2)',
  },
  {
    code: 'letters',
    matches: like(/\p{L}/u),
    reason: 'there are letters in the number: write its digits',
  },
  {
    code: 'feature_code',
    matches: like(/^[*#]/),
    reason: 'feature codes are not phone numbers',
  },
  {
    code: 'characters',
    matches: (text) =>
      !/^[+0-9 ()./-]*$/.test(text) || text.lastIndexOf('+') > text.search(/[+0-9]/),
    reason: 'there are characters in it that do not belong to a phone number',
  },
  {
    code: 'country_code',
    matches: like(/^\D*\+\D*0/),
    reason: 'no country code starts with 0: write + and the country code, or the national number',
  },
  {
    code: 'too_short',
    matches: (text) => digitCount(text) < 3,
    reason: 'this is too short to be a phone number',
  },
  {
    code: 'too_long',
    matches: (text) => digitCount(text) > 18,
    reason: 'this is too long to be a phone number',
  },
];
