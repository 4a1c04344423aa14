import { readContactRow, readHeader, type NewContact } from '../domain/contact-row.ts';
import type { ImportFault } from './csv-fault.ts';
import { readTableCsv } from './read-table-csv.ts';

type Row = Readonly<Record<string, string>>;

/** A contact of the file, or everything that is wrong with one row. */
export type ContactsCsvItem =
  | { readonly line: number; readonly contact: NewContact; readonly row: Row }
  | { readonly faults: readonly ImportFault[] };

/**
 * Contacts of a CSV file, one at a time, with bounded memory. A bad row is reported and never ends
 * the reading.
 * @param defaultCountry how a national number is read when the row names no country
 * @throws FileRefusedError when the file is no CSV, is empty, or its header cannot be used
 */
export async function* readContactsCsv(
  bytes: AsyncIterable<Uint8Array>,
  { defaultCountry }: { readonly defaultCountry: string | null },
): AsyncGenerator<ContactsCsvItem> {
  const checkHeader = (columns: string[]) => {
    const header = readHeader(columns);
    return header.ok ? [] : header.faults;
  };
  for await (const item of readTableCsv(bytes, checkHeader)) {
    if ('fault' in item) {
      yield { faults: [item.fault] };
      continue;
    }
    const result = readContactRow(item.row, { defaultCountry });
    if (result.ok) yield { line: item.line, contact: result.contact, row: item.row };
    else yield { faults: result.faults.map((fault) => ({ line: item.line, ...fault })) };
  }
}
