import { findNumberColumns, isAttributeColumn, rowFault, type RowFault } from './contact-header.ts';
import { escapeControls } from './escape-controls.ts';
import { isTimeZone } from './local-day.ts';
import { canonicalNumber, isCountry, readPhoneNumber } from './phone-number.ts';

export { readHeader, type RowFault } from './contact-header.ts';

export interface NewNumber {
  readonly e164: string;
  readonly country: string | null;
  /** false: not in its country's numbering plan; such a number is never dialled. */
  readonly valid: boolean;
}

/** A contact as a row of a contacts file describes it. */
export interface NewContact {
  /** At most 200 characters. */
  readonly externalId: string | null;
  readonly name: string | null;
  readonly timeZone: string | null;
  readonly country: string | null;
  /** Values of at most 1000 characters; empty cells are left out. */
  readonly attributes: Record<string, string>;
  /** At least one, in the order in which they are tried. */
  readonly numbers: NewNumber[];
}

export type RowReading =
  | { readonly ok: true; readonly contact: NewContact }
  | { readonly ok: false; readonly faults: RowFault[] };

type Row = Readonly<Record<string, string>>;

/** Reads one row whose header was accepted by readHeader; refuses it whole, with all its faults. */
export function readContactRow(
  row: Row,
  { defaultCountry }: { readonly defaultCountry: string | null },
): RowReading {
  const faults: RowFault[] = [];
  const country = readCountry(row, faults);
  const contact: NewContact = {
    externalId: readText(row, 'external_id', faults),
    name: readText(row, 'name', faults),
    timeZone: readTimeZone(row, faults),
    country,
    attributes: readAttributes(row, faults),
    numbers: readNumbers(row, country ?? defaultCountry, faults),
  };
  return faults.length > 0 ? { ok: false, faults } : { ok: true, contact };
}

/** A cell without the apostrophe that an export puts before what a spreadsheet would calculate. */
function cellOf(row: Row, column: string): string {
  const cell = Object.hasOwn(row, column) ? (row[column] ?? '') : '';
  return cell.replace(/^'(?=[=+\-@\t\r])/, '');
}

function readText(row: Row, column: string, faults: RowFault[], longest = 200): string | null {
  const text = cellOf(row, column).trim();
  if (text.length > longest) {
    faults.push(rowFault(column, text, `this is too long: at most ${longest} characters`));
  } else if (escapeControls(text) !== text) {
    faults.push(rowFault(column, text, 'there are control characters in it'));
  }
  return text === '' ? null : text;
}

function readCountry(row: Row, faults: RowFault[]): string | null {
  const country = cellOf(row, 'country').trim().toUpperCase();
  if (country === '') return null;
  if (isCountry(country)) return country;
  const reason = 'this is not a country: write its two letters, such as MX';
  faults.push(rowFault('country', cellOf(row, 'country'), reason));
  return null;
}

function readTimeZone(row: Row, faults: RowFault[]): string | null {
  const zone = cellOf(row, 'time_zone').trim();
  if (zone === '' || isTimeZone(zone)) return zone === '' ? null : zone;
  const reason = 'this is not a time zone: write a name such as America/Mexico_City';
  faults.push(rowFault('time_zone', zone, reason));
  return null;
}

function readAttributes(row: Row, faults: RowFault[]): Record<string, string> {
  const entries = Object.keys(row)
    .filter(isAttributeColumn)
    .flatMap((column) => {
      const text = readAttribute(cellOf(row, column), column, faults);
      return text === '' ? [] : [[column, text] as const];
    });
  return Object.fromEntries(entries);
}

function readAttribute(text: string, column: string, faults: RowFault[]): string {
  if (text.length > 1000) {
    faults.push(rowFault(column, text, 'this is too long: at most 1000 characters'));
  }
  // Line breaks and tabs are text that people write; the rest has no place in it.
  const rest = text.slice(0, 1000).replace(/[\t\r\n]/g, ' ');
  if (escapeControls(rest) !== rest) {
    faults.push(rowFault(column, text, 'there are control characters in it'));
  }
  return text;
}

function readNumbers(row: Row, country: string | null, faults: RowFault[]): NewNumber[] {
  const columns = findNumberColumns(Object.keys(row));
  const filled = columns.filter((column) => cellOf(row, column).trim() !== '');
  if (filled.length === 0) {
    faults.push(rowFault(columns[0] ?? 'number', '', 'the number is missing'));
  }
  const byPhone = new Map<string, NewNumber>();
  for (const column of filled) {
    const reading = readPhoneNumber(cellOf(row, column), country);
    if (!reading.ok) {
      faults.push(rowFault(column, cellOf(row, column), reading.reason));
      continue;
    }
    const phone = canonicalNumber(reading.e164);
    const { e164, country: ofNumber, valid } = reading;
    if (!byPhone.has(phone)) byPhone.set(phone, { e164, country: ofNumber, valid });
  }
  return [...byPhone.values()];
}
