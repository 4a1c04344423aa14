import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NewContact } from '../../domain/contact-row.ts';
import { FileRefusedError, type ImportFault } from '../../imports/csv-fault.ts';
import { readContactsCsv } from '../../imports/read-contacts-csv.ts';
import { piecesOf } from './pieces-of.ts';

async function read(content: string | Buffer) {
  const contacts: NewContact[] = [];
  const faults: ImportFault[] = [];
  for await (const item of readContactsCsv(piecesOf(content), { defaultCountry: 'MX' })) {
    if ('contact' in item) contacts.push(item.contact);
    else faults.push(...item.faults);
  }
  return { contacts, faults };
}

const numbersOf = (contacts: readonly NewContact[]) =>
  contacts.map(({ numbers }) => numbers.map(({ e164 }) => e164));

describe('contacts of a CSV file', () => {
  it('are read with their numbers in order, known columns and attributes', async () => {
    const { contacts, faults } = await read(
      'number_1,external_id,name,number_2,city\n' +
        '55 5010 1200,A-1,Sample 01,+52 55 5010 1201,Puebla\n',
    );
    assert.deepEqual(faults, []);
    const [contact] = contacts;
    assert.deepEqual(numbersOf(contacts), [['+525550101200', '+525550101201']]);
    assert.equal(contact?.externalId, 'A-1');
    assert.equal(contact?.name, 'Sample 01');
    assert.deepEqual({ ...contact?.attributes }, { city: 'Puebla' });
  });

  it('are read back from an export that escaped formulas', async () => {
    const { contacts } = await read(`external_id,number,note\n'=A1,'+525550101200,'-\n`);
    assert.deepEqual(numbersOf(contacts), [['+525550101200']]);
    assert.equal(contacts[0]?.externalId, '=A1');
  });

  it('are kept beside bad rows, each of which says line, column, value and reason', async () => {
    const { contacts, faults } = await read(
      'number,name\n55 5010 1200,Sample 01\nabc,Sample 02\n\n,Sample 03\n55 5010 1201,Sample 04\n',
    );
    assert.deepEqual(numbersOf(contacts), [['+525550101200'], ['+525550101201']]);
    assert.deepEqual(
      faults.map(({ line, column, value }) => ({ line, column, value })),
      [
        { line: 3, column: 'number', value: 'abc' },
        { line: 5, column: 'number', value: '' },
      ],
    );
    for (const { reason } of faults) assert.match(reason, /\w+ \w+/);
  });

  it('report every fault of a row', async () => {
    const { faults } = await read('number_1,number_2,time_zone\nabc,911,Nowhere/Land\n');
    assert.deepEqual(faults.map(({ column }) => column).sort(), [
      'number_1',
      'number_2',
      'time_zone',
    ]);
  });

  const refusedHeaders: Record<string, string> = {
    'has no number column': 'name,city\n',
    'names a column twice': 'number,city,city\n',
    'has a column without a name': 'number,,city\n',
    'has 10,000 columns': `number,${Array.from({ length: 9_999 }, (_, i) => `c${i}`).join(',')}\n`,
    'has a column __proto__': 'number,__proto__\n',
    'has a column constructor': 'number,constructor\n',
    'has a column named like a function call': 'number,SHELL(id)\n',
  };
  for (const [name, header] of Object.entries(refusedHeaders)) {
    it(`are not read when the header ${name}`, async () => {
      await assert.rejects(read(`${header}55 5010 1200\n`), (error) => {
        assert.ok(error instanceof FileRefusedError, String(error));
        assert.equal(error.faults[0]?.line, 1);
        return true;
      });
    });
  }
});

it('reads 200,000 rows with bounded memory', async () => {
  const { rows, peakBytes } = await countRows(200_000);
  assert.equal(rows, 200_000);
  assert.ok(peakBytes < 64 * 1024 * 1024, `memory grew by ${peakBytes} bytes`);
});

async function countRows(total: number) {
  async function* file() {
    yield Buffer.from('number,external_id,note\n');
    for (let start = 0; start < total; start += 500) {
      const lines = Array.from(
        { length: 500 },
        (_, i) => `+52 55 ${10_000_000 + start + i},${start + i},${'x'.repeat(200)}\n`,
      );
      yield await Promise.resolve(Buffer.from(lines.join('')));
    }
  }
  let rows = 0;
  let peakBytes = 0;
  globalThis.gc?.();
  const before = usedBytes();
  for await (const item of readContactsCsv(file(), { defaultCountry: 'MX' })) {
    if ('contact' in item) rows += 1;
    if (rows % 10_000 === 0) peakBytes = Math.max(peakBytes, usedBytes() - before);
  }
  return { rows, peakBytes };
}

function usedBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
