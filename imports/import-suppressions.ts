import type { Database } from '../db/open-database.ts';
import { addSuppressions } from '../db/suppressions.ts';
import type { CampaignId } from '../domain/ids.ts';
import { phoneKey } from '../domain/phone-key.ts';
import { readPhoneNumber } from '../domain/phone-number.ts';
import { showValue, type ImportFault } from './csv-fault.ts';
import { readTableCsv, type HeaderCheck } from './read-table-csv.ts';

export interface ImportSuppressionsOptions {
  readonly db: Database;
  /** null: for every campaign. */
  readonly campaignId: CampaignId | null;
  /** The bytes of a CSV file with a column `number`; other columns are ignored. */
  readonly file: AsyncIterable<Uint8Array>;
  readonly phoneSecret: Uint8Array;
  readonly defaultCountry: string | null;
  readonly onFault: (fault: ImportFault) => void | Promise<void>;
}

const batchSize = 10_000;

/**
 * Puts the numbers of a file on a suppression list; those that are on it already count as imported,
 * because what matters is that they are not dialled. @throws FileRefusedError
 */
export async function importSuppressions(
  options: ImportSuppressionsOptions,
): Promise<{ imported: number; refused: number }> {
  const { db, campaignId, defaultCountry, phoneSecret } = options;
  let imported = 0;
  let refused = 0;
  let batch: { e164: string; phoneKey: string }[] = [];
  const flush = async () => {
    await addSuppressions(db, { campaignId, source: 'file', numbers: batch });
    imported += batch.length;
    batch = [];
  };
  for await (const item of readTableCsv(options.file, requireNumberColumn)) {
    const reading = 'fault' in item ? item : readRow(item, defaultCountry);
    if ('fault' in reading) {
      refused += 1;
      await options.onFault(reading.fault);
      continue;
    }
    batch.push({ e164: reading.e164, phoneKey: phoneKey(reading.e164, phoneSecret) });
    if (batch.length === batchSize) await flush();
  }
  if (batch.length > 0) await flush();
  return { imported, refused };
}

const requireNumberColumn: HeaderCheck = (columns) =>
  columns.filter((column) => column === 'number').length === 1
    ? []
    : [{ column: 'number', value: '', reason: 'there must be exactly one column named number' }];

function readRow(
  { line, row }: { readonly line: number; readonly row: Readonly<Record<string, string>> },
  defaultCountry: string | null,
): { readonly e164: string } | { readonly fault: ImportFault } {
  // An export puts ' before a cell that a spreadsheet would take for a formula.
  const cell = (row['number'] ?? '').replace(/^'(?=[+=@-])/, '');
  const reading = readPhoneNumber(cell, defaultCountry);
  if (reading.ok) return reading;
  return { fault: { line, column: 'number', value: showValue(cell), reason: reading.reason } };
}
