import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readContactRow } from '../../domain/contact-row.ts';
import { phoneKey, readKeyedPhone } from '../../domain/phone-key.ts';

const secret = new Uint8Array(32).fill(7);

/** A phone that exists in its plan: its country, its country code and its national number. */
interface Phone {
  readonly country: string;
  readonly code: string;
  readonly national: string;
  /** What its own country dials before it. */
  readonly trunkPrefix: string;
}

const digits = (count: number) => fc.stringMatching(new RegExp(`^\\d{${count}}$`));

const plans = [
  ...['55', '33', '81', '664', '998'].map((area) => ['MX', '52', area, 10, ''] as const),
  ...['212', '305', '786'].map((area) => ['US', '1', area, 10, ''] as const),
  ...['7700900', '2079460'].map((area) => ['GB', '44', area, 10, '0'] as const),
  ...['31'].map((area) => ['CO', '57', area, 10, ''] as const),
  ...['113456', '351456'].map((area) => ['AR', '54', area, 10, '0'] as const),
  ...['119123', '219876'].map((area) => ['BR', '55', area, 11, '0'] as const),
  ...['30'].map((area) => ['DE', '49', area, 10, '0'] as const),
  ...['612'].map((area) => ['ES', '34', area, 9, ''] as const),
] as const;

const phones: fc.Arbitrary<Phone> = fc
  .constantFrom(...plans)
  .chain(([country, code, area, length, trunkPrefix]) =>
    digits(length - area.length).map((rest) => {
      return { country, code, national: area + rest, trunkPrefix };
    }),
  )
  .filter((phone) => {
    const reading = readKeyedPhone(`+${phone.code}${phone.national}`, { country: null, secret });
    return reading.ok && reading.valid && reading.e164 === `+${phone.code}${phone.national}`;
  });

/** The same phone in other digits, each with the country that a reader must know for it. */
function formsOf({ country, code, national, trunkPrefix }: Phone): [string, string | null][] {
  const anywhere = country === 'GB' ? 'MX' : 'GB';
  return [
    [`+${code}${national}`, null],
    [`+${code}${national}`, anywhere],
    [`00${code}${national}`, null],
    [`00${code}${national}`, anywhere],
    [`00${code}${national}`, country === 'US' ? null : country],
    [`011${code}${national}`, country === 'US' ? 'MX' : 'US'],
    [national, country],
    [`${trunkPrefix}${national}`, country],
    [`${code}${national}`, country],
    ...(trunkPrefix === '' ? [] : ([[`+${code}(0)${national}`, null]] as [string, null][])),
    ...(country === 'MX' ? oldMexican(national) : []),
    ...(country === 'AR' ? argentineMobile(national) : []),
  ];
}

function oldMexican(national: string): [string, string | null][] {
  return [
    [`+521${national}`, null],
    [`00521${national}`, 'MX'],
    [`521${national}`, 'MX'],
    [`011521${national}`, 'US'],
    [`+52044${national}`, null],
    [`+5201${national}`, null],
    [`01${national}`, 'MX'],
    [`044${national}`, 'MX'],
    [`045${national}`, 'MX'],
  ];
}

/** The 9 from abroad and the 15 at home stand for the same mobile phone. */
function argentineMobile(national: string): [string, string | null][] {
  const area = national.startsWith('11') ? 2 : 3;
  const [city, local] = [national.slice(0, area), national.slice(area)];
  return [
    [`+549${national}`, null],
    [`00549${national}`, 'AR'],
    [`0${city}15${local}`, 'AR'],
    [`+54${city}15${local}`, null],
  ];
}

const invisible = fc.constantFrom('', '', '', '\u200b', '\u202a', '\u202c', '\ufeff', '\u00ad');
const separators = ['', ' ', '-', '.', '\u00a0', '\u2009', '\u2011', '\u2013', ' - ', ') ('];

/** Spaces, dashes, brackets, invisible marks, digits of other scripts: what changes no number. */
function decorate(text: string): fc.Arbitrary<string> {
  const separator = fc.constantFrom(...separators);
  const script = fc.constantFrom(0x30, 0xff10, 0x0660, 0x06f0);
  const margin = fc.constantFrom('', ' ', '\u00a0', '\u200f');
  return fc
    .tuple(separator, script, fc.array(invisible, { maxLength: 30 }), margin, margin)
    .map(([between, zero, marks, before, after]) => {
      const isBracketed = between === ') (' && !text.includes('(');
      const opened = isBracketed ? `(${grouped(text, between)})` : grouped(text, between);
      const spelled = [...opened].map((c, index) => inScript(c, zero) + (marks[index] ?? ''));
      return before + spelled.join('') + after;
    });
}

/** In groups of three digits; never cut where the text has signs of its own. */
function grouped(text: string, separator: string): string {
  const [sign = '', rest = ''] = /^(\+\d+\(0\)|\+|)(.*)$/.exec(text)?.slice(1) ?? [];
  if (sign.endsWith(')') && separator === ') (') return text;
  const groups = rest.match(/\d{4,6}$|\d{3}(?=\d{4})/g) ?? [rest];
  return sign + groups.join(separator);
}

function inScript(character: string, zero: number): string {
  if (!/\d/.test(character)) return character;
  return String.fromCodePoint(zero + Number(character));
}

describe('all spellings of a phone', () => {
  const spelled = phones.chain((phone) =>
    fc
      .constantFrom(...formsOf(phone))
      .chain(([text, country]) => decorate(text).map((spelling) => ({ phone, country, spelling }))),
  );

  it('give the same key, whoever reads them', () => {
    fc.assert(
      fc.property(spelled, ({ phone, country, spelling }) => {
        const expected = phoneKey(`+${phone.code}${phone.national}`, secret);
        const reading = readKeyedPhone(spelling, { country, secret });
        assert.ok(reading.ok, reading.ok ? '' : reading.reason);
        assert.equal(reading.phoneKey, expected);
        assert.equal(phoneKey(reading.e164, secret), expected, 'as a contact’s number is keyed');
        const row = readContactRow({ number: spelling }, { defaultCountry: country });
        assert.ok(row.ok);
        assert.deepEqual(
          row.contact.numbers.map(({ e164 }) => phoneKey(e164, secret)),
          [expected],
        );
      }),
      { numRuns: 3_000 },
    );
  });

  it('give another key than another phone', () => {
    fc.assert(
      fc.property(phones, phones, (one, other) => {
        fc.pre(one.code !== other.code || one.national !== other.national);
        const keys = [one, other].map(({ code, national }) =>
          phoneKey(`+${code}${national}`, secret),
        );
        assert.notEqual(keys[0], keys[1]);
      }),
    );
  });

  it('with an extension are refused, whatever the phone', () => {
    const extension = fc.constantFrom(' x12', ' ext. 3', ';ext=45', '#7', ' extension 1');
    fc.assert(
      fc.property(phones, extension, ({ code, national }, text) => {
        const reading = readKeyedPhone(`+${code} ${national}${text}`, { country: null, secret });
        assert.ok(!reading.ok && reading.code === 'extension');
      }),
    );
  });
});
