import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseCsv, type CsvRow } from '../../imports/parse-csv.ts';
import { piecesOf } from './pieces-of.ts';

async function rowsOf(content: string | Buffer, pieceSize?: number): Promise<CsvRow[]> {
  const rows: CsvRow[] = [];
  for await (const row of parseCsv(piecesOf(content, pieceSize))) rows.push(row);
  return rows;
}

const cellsOf = (rows: readonly CsvRow[]) =>
  rows.map((row) => ('cells' in row ? row.cells : row.fault));

const utf16le = (text: string) => Buffer.from(text, 'utf16le');
const joseRows = [
  ['number', 'name'],
  ['1', 'José €'],
];

describe('encodings of a CSV file, cut at every size', () => {
  const files: Record<string, Buffer> = {
    'UTF-8': Buffer.from('number,name\n1,José €\n'),
    'UTF-8 with a byte order mark': Buffer.from('\uFEFFnumber,name\n1,José €\n'),
    'UTF-16 LE': Buffer.concat([Buffer.from([0xff, 0xfe]), utf16le('number,name\n1,José €\n')]),
    'UTF-16 BE': Buffer.concat([
      Buffer.from([0xfe, 0xff]),
      utf16le('number,name\n1,José €\n').swap16(),
    ]),
    'UTF-16 LE without a mark': utf16le('number,name\n1,José €\n'),
    'UTF-16 BE without a mark': utf16le('number,name\n1,José €\n').swap16(),
    'Windows-1252': Buffer.from('number,name\n1,Jos\xe9 \x80\n', 'latin1'),
  };
  for (const [name, content] of Object.entries(files)) {
    for (const pieceSize of [1, 2, 3, 5, 1_000]) {
      it(`reads ${name} in pieces of ${pieceSize} bytes`, async () => {
        assert.deepEqual(cellsOf(await rowsOf(content, pieceSize)), joseRows);
      });
    }
  }

  it('reads one Windows-1252 line among UTF-8 lines by itself', async () => {
    const content = Buffer.concat([
      Buffer.from('number,name\n1,José\n'),
      Buffer.from('2,Jos\xe9\n', 'latin1'),
      Buffer.from('3,Ñu\n'),
    ]);
    assert.deepEqual(cellsOf(await rowsOf(content)).slice(1), [
      ['1', 'José'],
      ['2', 'José'],
      ['3', 'Ñu'],
    ]);
  });
});

describe('lines of a CSV file', () => {
  for (const pieceSize of [1, 2, 1_000]) {
    it(`takes CR, LF and CR LF for line ends, in pieces of ${pieceSize}`, async () => {
      const rows = await rowsOf('number,name\r1,a\r\n2,"b\r\nc"\n\r\n3,d', pieceSize);
      assert.deepEqual(rows, [
        { line: 1, cells: ['number', 'name'] },
        { line: 2, cells: ['1', 'a'] },
        { line: 3, cells: ['2', 'b\nc'] },
        { line: 6, cells: ['3', 'd'] },
      ]);
    });
  }

  it('reads a file that has only carriage returns', async () => {
    assert.deepEqual(cellsOf(await rowsOf('number,name\r1,a\r2,b\r')), [
      ['number', 'name'],
      ['1', 'a'],
      ['2', 'b'],
    ]);
  });

  it('leaves out lines that hold only delimiters and blanks', async () => {
    assert.deepEqual(cellsOf(await rowsOf('number,name\n , \n,\n\n1,a\n')).slice(1), [['1', 'a']]);
  });

  it('finds nothing in an empty file', async () => {
    assert.deepEqual(await rowsOf(''), []);
  });
});

describe('delimiters', () => {
  for (const [name, delimiter] of Object.entries({ comma: ',', semicolon: ';', tab: '\t' })) {
    it(`is told by the header: ${name}`, async () => {
      const content =
        ['number', 'name', 'city'].join(delimiter) + '\n' + ['1', 'a', 'b'].join(delimiter);
      assert.deepEqual(cellsOf(await rowsOf(content))[1], ['1', 'a', 'b']);
    });
  }

  it('does not count delimiters inside the quotes of the header', async () => {
    const rows = await rowsOf('number;"a,b,c,d"\n1;x\n');
    assert.deepEqual(cellsOf(rows), [
      ['number', 'a,b,c,d'],
      ['1', 'x'],
    ]);
  });
});

describe('quotes', () => {
  it('keeps what came before a quote that is never closed, and says where the row starts', async () => {
    assert.deepEqual(await rowsOf('number,name\n1,ok\n2,"open\n3,lost\n'), [
      { line: 1, cells: ['number', 'name'] },
      { line: 2, cells: ['1', 'ok'] },
      { line: 3, fault: 'unclosed_quote' },
    ]);
  });

  it('gives up on an unclosed quote without holding the rest of a large file', async () => {
    const rest = `${'x'.repeat(99)}\n`.repeat(100_000);
    const rows = await rowsOf(`number,name\n1,ok\n2,"open\n${rest}`, 65_536);
    assert.deepEqual(rows.at(-1), { line: 3, fault: 'unclosed_quote' });
  });

  it('takes a quote inside a bare cell for what it is', async () => {
    assert.deepEqual(cellsOf(await rowsOf('number,name\n1,5" pipe\n2,"a""b"\n')).slice(1), [
      ['1', '5" pipe'],
      ['2', 'a"b'],
    ]);
  });
});

describe('rows that are too long', () => {
  it('refuses a row of 10 MB, quoted or not, and reads the next', async () => {
    const long = 'x'.repeat(10_000_000);
    const rows = await rowsOf(`number,name\n1,${long}\n2,"${long}"\n3,ok\n4,${long}`, 65_536);
    assert.deepEqual(rows, [
      { line: 1, cells: ['number', 'name'] },
      { line: 2, fault: 'too_long' },
      { line: 3, fault: 'too_long' },
      { line: 4, cells: ['3', 'ok'] },
      { line: 5, fault: 'too_long' },
    ]);
  });

  it('does not take a row of 900,000 letters with accents for an unclosed quote', async () => {
    const rows = await rowsOf(`number,name\n1,${'é'.repeat(900_000)}\n2,ok\n`, 65_536);
    assert.deepEqual(cellsOf(rows).at(-1), ['2', 'ok']);
    assert.equal(rows.length, 3);
  });
});
