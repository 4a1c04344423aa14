import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FileRefusedError, showValue } from '../../imports/csv-fault.ts';
import { readTableCsv, type HeaderCheck, type TableRow } from '../../imports/read-table-csv.ts';
import { piecesOf } from './pieces-of.ts';

async function read(content: string, check: HeaderCheck = () => []): Promise<TableRow[]> {
  const rows: TableRow[] = [];
  for await (const row of readTableCsv(piecesOf(content), check)) rows.push(row);
  return rows;
}

const valuesOf = (rows: readonly TableRow[]) =>
  rows.map((row) => ('row' in row ? { ...row.row } : row.fault));

describe('rows of a table', () => {
  it('gives every row by the names of the header, spaces around names ignored', async () => {
    assert.deepEqual(valuesOf(await read(' number , name\n1,a\n')), [{ number: '1', name: 'a' }]);
  });

  it('ignores the spare delimiters that spreadsheets put at the end of lines', async () => {
    assert.deepEqual(valuesOf(await read('number,name,,\n1,a,,\n2,b,,\n')), [
      { number: '1', name: 'a' },
      { number: '2', name: 'b' },
    ]);
  });

  it('refuses rows with too few or too many cells, and keeps those beside them', async () => {
    const rows = await read('number,name\n1\n2,b\n3,c,d\n4,e,\n');
    assert.deepEqual(valuesOf(rows), [
      {
        line: 2,
        column: '',
        value: '',
        reason: 'the row has 1 cells, the header 2: look for a delimiter that is not in quotes',
      },
      { number: '2', name: 'b' },
      {
        line: 4,
        column: '',
        value: 'd',
        reason: 'the row has 3 cells, the header 2: look for a delimiter that is not in quotes',
      },
      { number: '4', name: 'e' },
    ]);
  });

  it('refuses a cell with a NUL and shows it escaped', async () => {
    const [row] = await read('number,name\n1,a\0b\n');
    assert.deepEqual(row, {
      fault: {
        line: 2,
        column: 'name',
        value: 'a\\u0000b',
        reason: 'there is a NUL character in the cell: remove it',
      },
    });
  });

  it('gives rows that no prototype reaches into', async () => {
    const [row] = await read('number\n1\n');
    assert.ok(row !== undefined && 'row' in row);
    assert.equal(row.row['constructor'], undefined);
  });
});

describe('files that are refused whole', () => {
  const refusal = async (content: string, check?: HeaderCheck) => {
    const error = await read(content, check).then(
      () => assert.fail('the file was read'),
      (caught: unknown) => caught,
    );
    assert.ok(error instanceof FileRefusedError, String(error));
    return error.faults;
  };

  it('says what to do with a workbook that is named .csv', async () => {
    const [fault] = await refusal('PK\x03\x04\x14\x00');
    assert.match(fault?.reason ?? '', /\.xlsx workbook.*Save as/);
  });

  it('names an old workbook and a compressed file', async () => {
    const xls = Buffer.from('d0cf11e0a1b11ae1', 'hex');
    const gzip = Buffer.from('1f8b080000000000', 'hex');
    await assert.rejects(read(xls as unknown as string), /old \.xls workbook/);
    await assert.rejects(read(gzip as unknown as string), /gzip/);
  });

  it('says that an empty file is empty', async () => {
    assert.match((await refusal(''))[0]?.reason ?? '', /empty/);
    assert.match((await refusal('\n \n'))[0]?.reason ?? '', /empty/);
  });

  it('refuses a header whose quote is never closed', async () => {
    assert.match((await refusal('number,"na\n1,2\n'))[0]?.reason ?? '', /header cannot be read/);
  });

  it('reports every fault of a header with its line', async () => {
    const faults = await refusal('\na,b\n1,2\n', (columns) =>
      columns.map((column) => ({ column, value: column, reason: 'not wanted' })),
    );
    assert.deepEqual(faults, [
      { line: 2, column: 'a', value: 'a', reason: 'not wanted' },
      { line: 2, column: 'b', value: 'b', reason: 'not wanted' },
    ]);
  });
});

describe('a value as it is shown', () => {
  it('has its control and invisible characters escaped', () => {
    assert.equal(
      showValue('\u001b[31m\r\n\u202e\u200bx'),
      '\\u001b[31m\\u000d\\u000a\\u202e\\u200bx',
    );
  });

  it('is cut at 80 characters', () => {
    assert.equal(showValue('x'.repeat(1_000)).length, 80);
    assert.equal(showValue('x'.repeat(80)), 'x'.repeat(80));
  });
});
