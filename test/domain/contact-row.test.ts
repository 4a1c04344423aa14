import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readContactRow, readHeader } from '../../domain/contact-row.ts';

const inMexico = { defaultCountry: 'MX' };

function contactOf(row: Record<string, string>, options = inMexico) {
  const reading = readContactRow(row, options);
  assert.ok(reading.ok, JSON.stringify(reading));
  return reading.contact;
}

function faultsOf(row: Record<string, string>) {
  const reading = readContactRow(row, inMexico);
  assert.ok(!reading.ok, JSON.stringify(reading));
  return reading.faults;
}

describe('readContactRow', () => {
  it('reads a whole contact', () => {
    const contact = contactOf({
      number_2: '+1 212 555 0123',
      external_id: ' c-17 ',
      name: 'Ana Núñez',
      time_zone: 'America/Mexico_City',
      country: 'mx',
      number_1: '55 1234 5678',
      balance: '12.50',
      note: 'line one\nline two',
      empty: '',
    });
    assert.deepEqual(contact, {
      externalId: 'c-17',
      name: 'Ana Núñez',
      timeZone: 'America/Mexico_City',
      country: 'MX',
      attributes: { balance: '12.50', note: 'line one\nline two' },
      numbers: [
        { e164: '+525512345678', country: 'MX', valid: true },
        { e164: '+12125550123', country: 'US', valid: true },
      ],
    });
  });

  it('needs nothing but a number', () => {
    const contact = contactOf({ number: '5512345678', name: '', external_id: ' ', country: '' });
    assert.deepEqual(
      [contact.externalId, contact.name, contact.timeZone, contact.country, contact.attributes],
      [null, null, null, null, {}],
    );
  });

  it('reads a national number by the country of the row before that of the campaign', () => {
    assert.equal(
      contactOf({ number: '212 555 0123', country: 'US' }).numbers[0]?.e164,
      '+12125550123',
    );
  });

  it('keeps a number that is in no numbering plan, marked', () => {
    const [number] = contactOf({ number: '+1 555 123 4567' }).numbers;
    assert.deepEqual(number, { e164: '+15551234567', country: null, valid: false });
  });

  it('keeps a number once, however it is spelled', () => {
    const contact = contactOf({
      number_1: '5512345678',
      number_2: '+52 1 55 1234 5678',
      number_3: '',
      number_4: '+54 9 11 2345-6789',
      number_5: '+54 11 2345-6789',
    });
    assert.deepEqual(
      contact.numbers.map(({ e164 }) => e164),
      ['+525512345678', '+5491123456789'],
    );
  });

  it('orders numbers by their place and not by their text', () => {
    const contact = contactOf({
      number_10: '5512345610',
      number_9: '5512345609',
      number: '5512345601',
    });
    assert.deepEqual(
      contact.numbers.map(({ e164 }) => e164.slice(-2)),
      ['01', '09', '10'],
    );
  });

  it('reads back the apostrophe that an export puts before a formula', () => {
    const contact = contactOf({
      number: "'+525512345678",
      name: "'=Ana",
      note: "'-5",
      own: "'twas",
    });
    assert.equal(contact.numbers[0]?.e164, '+525512345678');
    assert.equal(contact.name, '=Ana');
    assert.deepEqual(contact.attributes, { note: '-5', own: "'twas" });
  });

  it('refuses a row whole and names all its faults', () => {
    const faults = faultsOf({
      number_1: '5512345678',
      number_2: '911',
      number_3: '1-800-FLOWERS',
      country: 'Mexico',
      time_zone: 'Mars/Olympus',
      name: 'Ana\r\nAction: Originate',
      external_id: 'x'.repeat(201),
      note: 'a\u0000b',
      long: 'y'.repeat(1001),
      broken: 'half \ud83d',
    });
    assert.deepEqual(
      faults.map(({ column }) => column),
      [
        'country',
        'external_id',
        'name',
        'time_zone',
        'note',
        'long',
        'broken',
        'number_2',
        'number_3',
      ],
    );
  });

  it('says when there is no number at all', () => {
    assert.deepEqual(faultsOf({ number_1: ' ', number_2: '' }), [
      { column: 'number_1', value: '', reason: 'the number is missing' },
    ]);
    assert.equal(faultsOf({})[0]?.column, 'number');
  });

  it('shows a value with its control characters escaped, and never a long one', () => {
    const [fault] = faultsOf({ number: '55\u0000\u001b[31m' });
    assert.equal(fault?.value, '55\\u0000\\u001b[31m');
    const [long] = faultsOf({ number: '\u0007'.repeat(5_000_000) });
    assert.ok(long && long.value.length <= 80);
  });

  it('takes nothing from the prototype of a row', () => {
    const row = Object.create({ number: '5512345678' }) as Record<string, string>;
    assert.ok(!readContactRow(row, inMexico).ok);
  });

  it('never throws, and its faults are safe to print', () => {
    const column = fc.constantFrom(
      'number',
      'number_2',
      'name',
      'external_id',
      'time_zone',
      'country',
      'note',
    );
    const row = fc.dictionary(column, fc.string({ unit: 'binary', maxLength: 100 }));
    fc.assert(
      fc.property(row, (cells) => {
        const reading = readContactRow(cells, inMexico);
        if (reading.ok) return assert.ok(reading.contact.numbers.length > 0);
        assert.ok(reading.faults.length > 0);
        for (const { value } of reading.faults) {
          assert.ok(value.length <= 80);
          assert.doesNotMatch(value, /[\p{Cc}\p{Cs}]/u);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('readHeader', () => {
  function faults(columns: string[]) {
    const reading = readHeader(columns);
    return reading.ok ? [] : reading.faults;
  }

  it('gives the number columns in the order in which they are tried', () => {
    assert.deepEqual(readHeader(['name', 'number_10', 'number', 'number_2']), {
      ok: true,
      numberColumns: ['number', 'number_2', 'number_10'],
    });
  });

  it('needs a column for the number, and guesses which was meant', () => {
    assert.match(faults(['Number', 'name'])[0]?.reason ?? '', /missing.*"Number"/);
    assert.match(faults(['phone'])[0]?.reason ?? '', /missing.*"phone"/);
    assert.doesNotMatch(faults(['name'])[0]?.reason ?? '', /rename/);
    assert.ok(!readHeader([]).ok);
    assert.ok(!readHeader(['number_0']).ok);
  });

  it('refuses columns that occur twice', () => {
    assert.equal(faults(['number', 'note', 'note']).length, 1);
    assert.equal(faults(['number', 'number']).length, 1);
    assert.equal(faults(['number', 'number_1']).length, 1);
  });

  const names = [
    '',
    ' ',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '__CHANNEL',
    'CALLERID(num)',
    'a,FOO=b',
    '${X}',
    '9lives',
    'a\r\nb',
    'a\u0000',
    'é',
    'x'.repeat(65),
    '\ufeffnumber',
    'a;b',
    'a:b',
  ];
  for (const name of names) {
    it(`refuses a column ${JSON.stringify(name)}`, () => {
      assert.equal(faults(['number', name]).length, 1);
    });
  }

  it('takes letters, digits, space, _ and - in the name of an attribute', () => {
    assert.deepEqual(faults(['number', 'Plan', 'due date', 'x-1_b', 'y'.repeat(64)]), []);
  });

  it('refuses more than 200 columns with one fault', () => {
    const columns = Array.from({ length: 10_000 }, () => '__proto__');
    assert.equal(faults(columns).length, 1);
    const many = ['number', ...Array.from({ length: 199 }, (_, index) => `c${index}`)];
    assert.deepEqual(faults(many), []);
    assert.equal(faults([...many, 'one-more']).length, 1);
  });
});
