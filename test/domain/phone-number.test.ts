import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { getCountries, getExampleNumber, isValidPhoneNumber } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/examples.mobile.json';
import {
  canonicalNumber,
  formatForTrunk,
  isCountry,
  isDialable,
  maskNumber,
  readPhoneNumber,
} from '../../domain/phone-number.ts';

type Row = readonly [text: string, country: string | null, expected: string];

function readRow([text, country]: Row): string {
  const reading = readPhoneNumber(text, country);
  return reading.ok ? reading.e164 : reading.code;
}

function table(title: string, rows: readonly Row[]): void {
  describe(title, () => {
    for (const row of rows) {
      const name = `${JSON.stringify(row[0])} in ${row[1] ?? 'no country'} gives ${row[2]}`;
      it(name, () => assert.equal(readRow(row), row[2]));
    }
  });
}

table('a number as people write it', [
  ['+525512345678', null, '+525512345678'],
  ['5512345678', 'MX', '+525512345678'],
  ['(55) 1234-5678', 'MX', '+525512345678'],
  ['  55 1234 5678  ', 'MX', '+525512345678'],
  ['55.1234.5678', 'MX', '+525512345678'],
  ['(+52) 55 1234 5678', null, '+525512345678'],
  ['( + 52 )(55)1234-5678', 'GB', '+525512345678'],
  ['(+52 55) 1234 5678', null, '+525512345678'],
  ['525512345678', 'MX', '+525512345678'],
  ['0211/123456', 'DE', '+49211123456'],
  ['+44 (0)20 7946 0958', 'MX', '+442079460958'],
  ['+1 212 555 0123', 'MX', '+12125550123'],
  ['212-555-0123', 'US', '+12125550123'],
  ['+800 1234 5678', null, '+80012345678'],
]);

table('an international prefix', [
  ['0052 55 1234 5678', 'MX', '+525512345678'],
  ['00525512345678', null, '+525512345678'],
  ['00525512345678', 'US', '+525512345678'],
  ['011 52 55 1234 5678', 'US', '+525512345678'],
  ['011525512345678', 'MX', '+525512345678'],
  ['0112125550123', 'MX', 'too_long'],
  ['01112125550123', 'MX', '+12125550123'],
  // In Argentina 011 is the capital.
  ['011 2345-6789', 'AR', '+541123456789'],
  ['011525512345678', null, 'no_country'],
  ['+0052551234', 'MX', 'country_code'],
  ['+ (00) 52 55 1234 5678', 'MX', 'country_code'],
  ['+999123456789', null, 'country_code'],
]);

table('old mobile prefixes', [
  ['+52 1 55 1234 5678', null, '+525512345678'],
  ['0052 1 55 1234 5678', 'MX', '+525512345678'],
  ['+52 044 55 1234 5678', null, '+525512345678'],
  ['044 55 1234 5678', 'MX', '+525512345678'],
  ['045 55 1234 5678', 'MX', '+525512345678'],
  ['01 55 1234 5678', 'MX', '+525512345678'],
  ['011 15 2345-6789', 'AR', '+5491123456789'],
  ['+54 11 15 2345-6789', null, '+5491123456789'],
  ['5215512345678', 'MX', '+525512345678'],
  ['52 1 55 1234 5678', 'MX', '+525512345678'],
  ['5215512345678', 'US', 'too_long'],
  ['+52 01 55 1234 5678', null, '+525512345678'],
  ['0052 01 55 1234 5678', 'GB', '+525512345678'],
  ['+54 9 11 2345-6789', null, '+5491123456789'],
]);

table('what a spreadsheet made of a number', [
  ['12125550123.0', 'US', 'spreadsheet_number'],
  ['12125550123,00', 'US', 'spreadsheet_number'],
  ['12125550123.5', 'US', 'spreadsheet_number'],
  ['1.2125550123E+10', 'US', 'spreadsheet_number'],
  ['1,21E+10', 'US', 'spreadsheet_number'],
  ['1e10', 'US', 'spreadsheet_number'],
]);

table('what is not one phone number', [
  ['', 'MX', 'empty'],
  ['   ', 'MX', 'empty'],
  ['\u200b\u00a0', 'MX', 'empty'],
  ['+', 'MX', 'too_short'],
  ['-', 'MX', 'too_short'],
  ['12', 'MX', 'too_short'],
  ['1-800-FLOWERS', 'US', 'letters'],
  ['abc +12125550123 def', 'US', 'letters'],
  ['call 2125550123', 'US', 'letters'],
  ['ask for Bob', 'US', 'letters'],
  ['1234567890123456789', 'MX', 'too_long'],
  ['+1234567890123456789', null, 'too_long'],
  ['1'.repeat(10_000), 'MX', 'too_long'],
  ['+1 212 555 0123 x45', null, 'extension'],
  ['2125550123 ext 45', 'US', 'extension'],
  ['2125550123 ext. 45', 'US', 'extension'],
  ['2125550123,45', 'US', 'extension'],
  ['2125550123;ext=45', 'US', 'extension'],
  ['2125550123#45', 'US', 'extension'],
  ['tel:+12125550123', 'US', 'uri'],
  ['sip:u@h', 'US', 'uri'],
  ['123@other', 'US', 'uri'],
  ['2125550123, 2125550124', 'US', 'two_numbers'],
  ['2125550123/2125550124', 'US', 'two_numbers'],
  ['2125550123;2125550124', 'US', 'two_numbers'],
  ['2125550123 or 2125550124', 'US', 'two_numbers'],
  ['+12125550123 +12125550124', null, 'two_numbers'],
  ['2125550123 2125550124', 'US', 'too_long'],
  ['++12125550123', null, 'characters'],
  ['1+2125550123', 'US', 'characters'],
  ['2125550123+', 'US', 'characters'],
  ['2125550123?', 'US', 'characters'],
  ['5512345678', null, 'no_country'],
  ['5512345678', 'XX', 'no_country'],
  ['555-0123', 'US', 'too_short'],
  ['55123456789', 'MX', 'too_long'],
  // Punctuation that a lenient reader would take for text around a number.
  ['(5512345678', 'MX', '+525512345678'],
  ['-.-+525512345678', 'MX', 'not_possible'],
]);

table('numbers that are never dialled', [
  ['911', 'US', 'emergency_number'],
  ['9-1-1', 'US', 'emergency_number'],
  ['112', null, 'emergency_number'],
  ['066', 'MX', 'emergency_number'],
  ['+911', null, 'emergency_number'],
  ['+52 911', null, 'emergency_number'],
  ['+52066', null, 'emergency_number'],
  ['00 52 911', 'MX', 'emergency_number'],
  ['+1 900 555 1234', null, 'premium_number'],
  ['+1 900 123 4567', null, 'premium_number'],
  ['900 555 1234', 'US', 'premium_number'],
  ['0900 1234567', 'DE', 'premium_number'],
  ['+979 1 2345 6789', null, 'premium_number'],
  ['+881 6 1234 5678', null, 'satellite_number'],
  ['+870 773 111 632', null, 'satellite_number'],
  ['+882 16 123 4567', null, 'satellite_number'],
  ['100', 'MX', 'emergency_number'],
  ['204', 'MX', 'short_number'],
  ['1001', 'MX', 'short_number'],
]);

describe('the emergency numbers of the world', () => {
  const byCountry = {
    MX: '060 061 065 066 080 089 911',
    US: '911 933 988',
    AR: '100 101 102 103 106 107 911',
    BR: '190 191 192 193 197 198 199',
    CL: '131 132 133 134',
    CO: '112 119 122 123 125 132 144 155 165',
    PE: '105 106 116 117',
    EU: '112 110 113 114 115 116 117 118 144 155 158 166 995 997 998',
    AU: '000 106',
    GB: '999 111 101',
    IN: '100 101 102 104 108 112',
    CN: '110 119 120 122',
    PK: '1122',
    MY: '991 993 994 995 999',
    ES: '061 062 080 085 091 092',
  };
  for (const [country, numbers] of Object.entries(byCountry)) {
    it(`of ${country} are refused as such, from anywhere`, () => {
      for (const number of numbers.split(' ')) {
        assert.equal(readRow([number, 'MX', '']), 'emergency_number', number);
      }
    });
  }
});

table('characters that only look right', [
  ['\uff15\uff15\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18', 'MX', '+525512345678'],
  ['\uff0b\uff15\uff12 \uff085\uff15\uff09 12345678', null, '+525512345678'],
  ['\u0665\u0665\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668', 'MX', '+525512345678'],
  ['\u06f5\u06f5\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7\u06f8', 'MX', '+525512345678'],
  ['\u200e+52\u200b55\u2060 1234\u00ad5678\u202c', null, '+525512345678'],
  ['\u2066+525512345678\u2069', null, '+525512345678'],
  ['\ufeff5512345678', 'MX', '+525512345678'],
  ['55\u00a01234\u202f5678', 'MX', '+525512345678'],
  ['55\u20131234\u20145678', 'MX', '+525512345678'],
  ['55\u20111234\u22125678', 'MX', '+525512345678'],
  ['55123\u000045678', 'MX', 'control_characters'],
  ['5512345678\r\n', 'MX', 'control_characters'],
  ['5512345678\r\nAction: Originate', 'MX', 'control_characters'],
  ['5512345678\t', 'MX', 'control_characters'],
  ['55\ud83012345678', 'MX', 'control_characters'],
  ['55\u09671234567', 'MX', 'characters'],
  ['\u{1d7d3}\u{1d7d3}12345678', 'MX', 'characters'],
]);

table('dial strings and dialplan', [
  ['500&PJSIP/trunk/19005551234', 'US', 'letters'],
  ['123/n', 'US', 'letters'],
  ['Local/5551234', 'US', 'letters'],
  ['${EXTEN}', 'US', 'letters'],
  ['$[1+1]', 'US', 'characters'],
  ['*72', 'US', 'feature_code'],
  ['*722125550123', 'US', 'feature_code'],
  ['2125550123w45', 'US', 'letters'],
  ['2125550123p45', 'US', 'letters'],
  ['2125550123|20', 'US', 'characters'],
  ['^2125550123', 'US', 'characters'],
  ['"2125550123"', 'US', 'characters'],
  ['[2125550123]', 'US', 'characters'],
]);

describe('readPhoneNumber', () => {
  it('tells the country, and whether the number is in its numbering plan', () => {
    assert.deepEqual(readPhoneNumber('5512345678', 'MX'), {
      ok: true,
      e164: '+525512345678',
      country: 'MX',
      valid: true,
    });
    assert.deepEqual(readPhoneNumber('+1 555 123 4567', null), {
      ok: true,
      e164: '+15551234567',
      country: null,
      valid: false,
    });
  });

  it('refuses megabytes at once', () => {
    const started = performance.now();
    for (const text of [
      ' '.repeat(5_000_000) + '1',
      '1'.repeat(5_000_000),
      '1 '.repeat(2_500_000),
    ]) {
      const reading = readPhoneNumber(text, 'MX');
      assert.ok(!reading.ok && reading.code === 'too_long');
    }
    assert.ok(performance.now() - started < 500);
  });

  it('gives a reason that is a sentence and holds nothing of the number', () => {
    for (const text of ['12125550123.0', '+1 212 555 0123 x45', '+999123456789', '911']) {
      const reading = readPhoneNumber(text, 'US');
      assert.ok(!reading.ok);
      assert.ok(reading.reason.length > 20);
      assert.doesNotMatch(reading.reason, /2125550123|999123456789|911/);
    }
  });

  it('never throws and gives nothing but what may be dialled', () => {
    const alphabet = '0123456789+-() .,;/x#*eE\u0661\uff12\u200b\u0000\n&@$w';
    const near = fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 24 });
    const country = fc.constantFrom(null, 'MX', 'US', 'AR', 'DE', 'BR', 'IT', 'XX', '__proto__');
    fc.assert(
      fc.property(fc.oneof(near, fc.string({ unit: 'binary' })), country, (text, home) => {
        const reading = readPhoneNumber(text, home);
        if (!reading.ok) return;
        assert.ok(isDialable(reading.e164));
        assert.match(reading.e164, /^\+[1-9]\d{5,14}$/);
        assert.match(canonicalNumber(reading.e164), /^\+[1-9]\d{5,14}$/);
        assert.equal(reading.valid, isValidPhoneNumber(reading.e164));
      }),
      { numRuns: 5000 },
    );
  });

  it('never uses digits in another order or other digits than the text has', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000_000_000, max: 9_999_999_999 }), (digits) => {
        const reading = readPhoneNumber(String(digits), 'MX');
        if (reading.ok) assert.ok(reading.e164.endsWith(String(digits).slice(-7)));
      }),
    );
  });

  it('reads a mobile number of every country in E.164 and as written at home, with one key', () => {
    for (const country of getCountries()) {
      const number = getExampleNumber(country, examples);
      if (!number) continue;
      const key = canonicalNumber(number.number);
      for (const spelling of [
        number.number,
        number.formatInternational(),
        number.formatNational(),
        number.number.replace('+', '00'),
      ]) {
        const reading = readPhoneNumber(spelling, country);
        assert.ok(reading.ok, `${country}: ${spelling}`);
        assert.equal(canonicalNumber(reading.e164), key, `${country}: ${spelling}`);
      }
    }
  });
});

describe('canonicalNumber', () => {
  const rows = [
    ['+5215512345678', '+525512345678'],
    ['+525512345678', '+525512345678'],
    ['+5491123456789', '+541123456789'],
    ['+541123456789', '+541123456789'],
    ['+54111523456789', '+541123456789'],
    ['+12125550123', '+12125550123'],
    // Eleven digits that start with 1 are a number of their own elsewhere.
    ['+15215512345', '+15215512345'],
  ] as const;
  for (const [e164, expected] of rows) {
    it(`of ${e164} is ${expected}`, () => assert.equal(canonicalNumber(e164), expected));
  }

  it('does not change when taken twice', () => {
    const digits = fc.integer({ min: 1_000_000, max: 99_999_999_999_999 });
    const e164 = fc.tuple(fc.constantFrom('', '52', '521', '54', '549'), digits);
    fc.assert(
      fc.property(e164, ([prefix, rest]) => {
        const once = canonicalNumber(`+${prefix}${rest}`);
        assert.equal(canonicalNumber(once), once);
      }),
    );
  });
});

describe('formatForTrunk', () => {
  const rows = [
    ['+525512345678', 'e164', null, '+525512345678'],
    ['+525512345678', 'digits', null, '525512345678'],
    ['+525512345678', 'national', null, '5512345678'],
    ['+525512345678', 'national', 'MX', '5512345678'],
    ['+4930123456', 'national', 'DE', '030123456'],
    ['+5491123456789', 'national', 'AR', '0111523456789'],
    ['+4930123456', 'national', 'MX', '004930123456'],
    ['+4930123456', 'national', 'US', '0114930123456'],
  ] as const;
  for (const [e164, format, home, expected] of rows) {
    it(`${format} of ${e164} from ${home ?? 'anywhere'} is ${expected}`, () => {
      assert.equal(formatForTrunk(e164, format, home), expected);
      assert.ok(isDialable(expected));
    });
  }
});

describe('isDialable', () => {
  it('takes digits and one leading plus', () => {
    for (const text of ['123', '+525512345678', '123456789012345678']) {
      assert.ok(isDialable(text), text);
    }
  });

  it('refuses everything else', () => {
    const refused = ['', '+', '12', '1234567890123456789', '12 34', '123\n', '123&456', '1+23'];
    for (const text of [...refused, '++123', '123/n', '${X}', '\uff11\uff12\uff13']) {
      assert.ok(!isDialable(text), JSON.stringify(text));
    }
  });
});

describe('maskNumber', () => {
  it('keeps the country code and the last two digits', () => {
    assert.equal(maskNumber('+525512345678'), '+52********78');
    assert.equal(maskNumber('+12125550123'), '+1********23');
    assert.equal(maskNumber('+999123456789'), '+**********89');
  });
});

describe('isCountry', () => {
  it('knows two upper-case letters of a country and nothing else', () => {
    assert.ok(isCountry('MX'));
    for (const code of ['mx', 'XX', '', 'MEX', '__proto__', 'constructor']) {
      assert.ok(!isCountry(code), code);
    }
  });
});
