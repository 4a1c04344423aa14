import { FileRefusedError, showValue, type ImportFault } from './csv-fault.ts';
import { NotTextError } from './decode-lines.ts';
import { parseCsv, type CsvFault, type CsvRow } from './parse-csv.ts';

/** A row by the header's names, or why it is refused. */
export type TableRow =
  | { readonly line: number; readonly row: Readonly<Record<string, string>> }
  | { readonly fault: ImportFault };

/** Judges the header; what it returns refuses the file. */
export type HeaderCheck = (columns: string[]) => readonly Omit<ImportFault, 'line'>[];

/** The columns of a file whose first row is data already; null when it is the header. */
export type ColumnsWithoutHeader = (cells: readonly string[]) => string[] | null;

/**
 * Rows of a CSV file that has a header, or known columns without one. A bad row is a fault among the rows and never ends the
 * reading; a file that is no CSV, is empty or has a bad header throws FileRefusedError.
 */
export async function* readTableCsv(
  bytes: AsyncIterable<Uint8Array>,
  checkHeader: HeaderCheck,
  columnsWithoutHeader: ColumnsWithoutHeader = () => null,
): AsyncGenerator<TableRow> {
  const rows = parseCsv(bytes);
  const header = await readHeaderRow(rows);
  const given = columnsWithoutHeader(header.cells);
  const columns = given ?? header.cells.map((cell) => cell.trim());
  // Spreadsheets end every line with the same spare delimiters; a nameless last column is no column.
  while (columns.at(-1) === '') columns.pop();
  const faults = checkHeader(columns).map((fault) => ({ line: header.line, ...fault }));
  if (faults.length > 0) throw new FileRefusedError(faults);

  if (given !== null) yield toTableRow(header.line, header.cells, columns);
  for await (const csvRow of rows) {
    if ('fault' in csvRow) yield { fault: faultOfRow(csvRow.line, csvRow.fault) };
    else yield toTableRow(csvRow.line, csvRow.cells, columns);
  }
}

async function readHeaderRow(rows: AsyncGenerator<CsvRow>) {
  const refuse = (line: number, reason: string) =>
    new FileRefusedError([{ line, column: '', value: '', reason }]);
  let first: IteratorResult<CsvRow, unknown>;
  try {
    first = await rows.next();
  } catch (error) {
    throw error instanceof NotTextError ? refuse(1, error.message) : error;
  }
  if (first.done === true)
    throw refuse(1, 'the file is empty: its first line must name the columns');
  if ('fault' in first.value) {
    throw refuse(first.value.line, `the header cannot be read: ${faultReasons[first.value.fault]}`);
  }
  return first.value;
}

const faultReasons: Readonly<Record<CsvFault, string>> = {
  unclosed_quote:
    'a quote (") that opens in this row is never closed, so nothing after it could be read: ' +
    'close it (a quote inside a cell is written twice) and import the rest again',
  too_long: 'the row is longer than 1,000,000 characters',
};

function faultOfRow(line: number, fault: CsvFault): ImportFault {
  return { line, column: '', value: '', reason: faultReasons[fault] };
}

function toTableRow(line: number, cells: readonly string[], columns: readonly string[]): TableRow {
  const refuse = (column: string, value: string, reason: string): TableRow => ({
    fault: { line, column, value: showValue(value), reason },
  });
  const spare = cells.slice(columns.length).find((cell) => cell.trim() !== '');
  if (cells.length < columns.length || spare !== undefined) {
    const counts = `the row has ${cells.length} cells, the header ${columns.length}`;
    return refuse('', spare ?? '', `${counts}: look for a delimiter that is not in quotes`);
  }
  const nul = columns.findIndex((_, index) => cells[index]?.includes('\0'));
  if (nul !== -1) {
    return refuse(
      columns[nul] ?? '',
      cells[nul] ?? '',
      'there is a NUL character in the cell: remove it',
    );
  }
  const entries = columns.map((column, index) => [column, cells[index] ?? '']);
  return {
    line,
    row: Object.assign(Object.create(null), Object.fromEntries(entries)) as Record<string, string>,
  };
}
