import { readKeyedPhone } from '../domain/phone-key.ts';
import { readExpiry, readListDate, type DateReading } from '../domain/suppression-dates.ts';
import { readSuppressionSource, sourceHint } from '../domain/suppression-source.ts';
import { showValue, type ImportFault } from './csv-fault.ts';
import { readTableCsv, type ColumnsWithoutHeader, type HeaderCheck } from './read-table-csv.ts';

/** A number of a suppression list; null for what the row does not say. */
export interface SuppressionEntry {
  readonly e164: string;
  readonly phoneKey: string;
  readonly source: string | null;
  readonly listedAt: Date | null;
  readonly expiresAt: Date | null;
}

export type SuppressionsCsvItem =
  { readonly entry: SuppressionEntry } | { readonly faults: readonly ImportFault[] };

export interface ReadSuppressionsOptions {
  readonly phoneSecret: Uint8Array;
  /** How a national number is read. */
  readonly defaultCountry: string | null;
  /** The only source that rows may name; null: any. */
  readonly onlySource: string | null;
  readonly now: Date;
}

/**
 * Entries of a suppression list, one at a time, with bounded memory: a CSV file with a column `number`
 * and, as it likes, `source`, `date` and `expires`; or a file of numbers alone, one a line, without a
 * header. Other columns are left out. A bad row is reported whole and never ends the reading.
 * @throws FileRefusedError when the file is no CSV, is empty, or its header cannot be used
 */
export async function* readSuppressionsCsv(
  bytes: AsyncIterable<Uint8Array>,
  options: ReadSuppressionsOptions,
): AsyncGenerator<SuppressionsCsvItem> {
  for await (const item of readTableCsv(bytes, checkHeader, numbersAlone)) {
    yield 'fault' in item ? { faults: [item.fault] } : readRow(item.line, item.row, options);
  }
}

const known = ['number', 'source', 'date', 'expires'];

const checkHeader: HeaderCheck = (columns) =>
  known.flatMap((name) => {
    const count = columns.filter((column) => column === name).length;
    if (name === 'number' && count === 0) return [{ column: name, value: '', reason: noNumber }];
    return count < 2
      ? []
      : [{ column: name, value: '', reason: `the column ${name} is there twice` }];
  });

const noNumber =
  'there must be a column named number; a file of numbers alone, one a line, needs no header';

/** A digit and no letter in the only cell: a number, readable or not, and no name of a column. */
const numbersAlone: ColumnsWithoutHeader = (cells) => {
  const [first = '', ...others] = cells;
  const isAlone = others.every((cell) => cell.trim() === '');
  return isAlone && /\p{Nd}/u.test(first) && !/\p{L}/u.test(first) ? ['number'] : null;
};

function readRow(
  line: number,
  row: Readonly<Record<string, string>>,
  options: ReadSuppressionsOptions,
): SuppressionsCsvItem {
  const faults: ImportFault[] = [];
  const refuse = (column: string, reason: string) => {
    faults.push({ line, column, value: showValue(cellOf(row, column)), reason });
    return null;
  };
  const readDate = (column: string, read: (text: string) => DateReading): Date | null => {
    const cell = cellOf(row, column).trim();
    if (cell === '') return null;
    const reading = read(cell);
    return reading.ok ? reading.at : refuse(column, reading.reason);
  };

  const phone = readKeyedPhone(cellOf(row, 'number'), {
    country: options.defaultCountry,
    secret: options.phoneSecret,
  });
  if (!phone.ok) refuse('number', phone.reason);
  const source = readSource(row, options.onlySource, refuse);
  const listedAt = readDate('date', (text) => readListDate(text, options.now));
  const expiresAt = readDate('expires', readExpiry);
  if (listedAt !== null && expiresAt !== null && expiresAt < listedAt) {
    refuse('expires', 'the entry ends before it was made');
  }
  if (!phone.ok || faults.length > 0) return { faults };
  const { e164, phoneKey } = phone;
  return { entry: { e164, phoneKey, source, listedAt, expiresAt } };
}

function readSource(
  row: Readonly<Record<string, string>>,
  only: string | null,
  refuse: (column: string, reason: string) => null,
): string | null {
  const cell = cellOf(row, 'source').trim();
  if (cell === '') return null;
  const source = readSuppressionSource(cell);
  if (source === null) return refuse('source', sourceHint);
  if (only === null || source === only) return source;
  return refuse('source', `only entries of ${only} are replaced: import this row by itself`);
}

/** A cell without the apostrophe that an export puts before what a spreadsheet would calculate. */
function cellOf(row: Readonly<Record<string, string>>, column: string): string {
  return (row[column] ?? '').replace(/^'(?=[+=@-])/, '');
}
