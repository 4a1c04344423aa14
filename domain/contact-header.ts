import { escapeControls } from './escape-controls.ts';

/** What is wrong in one cell, and what to do about it. */
export interface RowFault {
  readonly column: string;
  /** The cell's text, control characters escaped, at most 80 characters. */
  readonly value: string;
  readonly reason: string;
}

export type HeaderReading =
  | { readonly ok: true; readonly numberColumns: string[] }
  | { readonly ok: false; readonly faults: RowFault[] };

const knownColumns: ReadonlySet<string> = new Set(['external_id', 'name', 'time_zone', 'country']);
const attributeName = /^[A-Za-z][A-Za-z0-9_ -]{0,63}$/;
const mostColumns = 200;

/**
 * Checks the columns of a contacts file: `number`, or `number_1`, `number_2` … (tried in that
 * order); `external_id`, `name`, `time_zone`, `country`; every other column is an attribute.
 */
export function readHeader(columns: readonly string[]): HeaderReading {
  if (columns.length > mostColumns) {
    const reason = `there are ${columns.length} columns; ${mostColumns} are allowed`;
    return { ok: false, faults: [rowFault('', '', reason)] };
  }
  const numberColumns = findNumberColumns(columns);
  const faults = [
    ...columns.flatMap((column, index) => judgeColumn(column, columns.slice(0, index))),
    ...judgeNumberColumns(columns, numberColumns),
  ];
  return faults.length > 0 ? { ok: false, faults } : { ok: true, numberColumns };
}

/** The columns that hold numbers, in the order in which the numbers are tried. */
export function findNumberColumns(columns: readonly string[]): string[] {
  return columns
    .filter((column) => placeOfNumber(column) !== null)
    .sort((a, b) => (placeOfNumber(a) ?? 0) - (placeOfNumber(b) ?? 0));
}

/** True for a column whose cells are kept as an attribute of the contact. */
export function isAttributeColumn(column: string): boolean {
  return placeOfNumber(column) === null && !knownColumns.has(column);
}

/** A fault whose texts are safe to print. */
export function rowFault(column: string, value: string, reason: string): RowFault {
  return { column: shown(column), value: shown(value), reason };
}

function shown(text: string): string {
  // Cut before escaping too: a cell may have megabytes.
  const escaped = escapeControls(text.slice(0, 80));
  return escaped.length > 80 || text.length > 80 ? `${escaped.slice(0, 79)}…` : escaped;
}

function placeOfNumber(column: string): number | null {
  if (column === 'number') return 1;
  const [, place] = /^number_([1-9]\d?)$/.exec(column) ?? [];
  return place === undefined ? null : Number(place);
}

function judgeColumn(column: string, earlier: readonly string[]): RowFault[] {
  if (earlier.includes(column)) {
    return [rowFault(column, column, 'this column occurs twice: rename or remove one')];
  }
  if (!isAttributeColumn(column)) return [];
  if (column.trim() === '') {
    return [rowFault(column, column, 'this column has no name: name it or remove it')];
  }
  // A name that every object already has would be read back as something else.
  if (column in {} || !attributeName.test(column)) {
    const reason =
      'this cannot be the name of an attribute: letters, digits, space, _ and -, a letter first, at most 64';
    return [rowFault(column, column, reason)];
  }
  return [];
}

function judgeNumberColumns(
  columns: readonly string[],
  numberColumns: readonly string[],
): RowFault[] {
  if (numberColumns.length === 0) {
    const nearly = columns.find((column) => /number|phone|mobile|tel/i.test(column));
    const hint = nearly === undefined ? '' : ` (is it "${shown(nearly)}"? rename it)`;
    return [rowFault('number', '', `a column number, or number_1, is missing${hint}`)];
  }
  if (numberColumns.includes('number') && numberColumns.includes('number_1')) {
    return [rowFault('number_1', '', 'number and number_1 are the same: remove one')];
  }
  return [];
}
