import { showValue } from '../imports/csv-fault.ts';

/** A column of fixed width, so that a list of any length can be printed as it is read. */
export interface TableColumn<Row> {
  readonly title: string;
  readonly width: number;
  readonly align?: 'right';
  readonly value: (row: Row) => string | number | null;
}

/** The heading of a table and the line under it. */
export function tableHead<Row>(columns: readonly TableColumn<Row>[]): string {
  const titles = line(columns, ({ title }) => title);
  return `${titles}\n${line(columns, ({ width }) => '-'.repeat(width))}`;
}

/** One row: nothing runs into its neighbour, and nothing reaches the terminal as a control code. */
export function tableRow<Row>(columns: readonly TableColumn<Row>[], row: Row): string {
  return line(columns, ({ value }) => showValue(String(value(row) ?? '')));
}

function line<Row>(
  columns: readonly TableColumn<Row>[],
  text: (column: TableColumn<Row>) => string,
): string {
  return columns
    .map((column) => fit(text(column), column))
    .join('  ')
    .trimEnd();
}

function fit(text: string, { width, align }: { width: number; align?: 'right' }): string {
  const cut = text.length > width ? `${text.slice(0, width - 1)}…` : text;
  return align === 'right' ? cut.padStart(width) : cut.padEnd(width);
}
