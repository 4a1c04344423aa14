import { insertContacts, type InsertedContact } from '../db/insert-contacts.ts';
import type { Database } from '../db/open-database.ts';
import { findNumberColumns } from '../domain/contact-header.ts';
import type { NewContact } from '../domain/contact-row.ts';
import { NotFoundError, RefusedError } from '../domain/errors.ts';
import type { CampaignId } from '../domain/ids.ts';
import { phoneKey } from '../domain/phone-key.ts';
import { readPhoneNumber } from '../domain/phone-number.ts';
import { zonesOfNumber } from '../domain/number-zones.ts';
import { showValue, type ImportFault } from './csv-fault.ts';
import { readContactsCsv, type ContactsCsvItem } from './read-contacts-csv.ts';
import { readNumberZones } from './read-number-zones.ts';

export interface ImportContactsOptions {
  readonly db: Database;
  readonly campaignId: CampaignId;
  /** The bytes of a CSV file; never held in memory as a whole. */
  readonly file: AsyncIterable<Uint8Array>;
  /** Key of the phone keys; lives outside the database. */
  readonly phoneSecret: Uint8Array;
  /** How national numbers are read when a row names no country. */
  readonly defaultCountry: string | null;
  /** Called for each fault, in order of the file within a batch; awaited. */
  readonly onFault: (fault: ImportFault) => void | Promise<void>;
}

const batchSize = 1_000;

type ReadContact = Extract<ContactsCsvItem, { readonly contact: NewContact }>;

/**
 * Imports the good rows of a contacts file into a campaign and reports the others, duplicates among
 * them. `refused` counts rows. Each batch of 1,000 rows is stored for good before the next is read,
 * so an import that breaks off can simply be repeated.
 * @throws FileRefusedError (nothing imported), NotFoundError `CAMPAIGN_NOT_FOUND`,
 *   RefusedError `CAMPAIGN_CANCELLED`
 */
export async function importContacts(
  options: ImportContactsOptions,
): Promise<{ imported: number; refused: number }> {
  let imported = 0;
  let refused = 0;
  let batch: ReadContact[] = [];
  const flush = async () => {
    const duplicates = await storeBatch(options, batch);
    imported += batch.length - duplicates;
    refused += duplicates;
    batch = [];
  };
  for await (const item of readContactsCsv(options.file, options)) {
    if ('contact' in item) {
      batch.push(item);
      if (batch.length === batchSize) await flush();
    } else {
      refused += 1;
      for (const fault of item.faults) await options.onFault(fault);
    }
  }
  if (batch.length > 0) await flush();
  return { imported, refused };
}

/** Stores a batch and returns how many of its rows are duplicates. */
async function storeBatch(
  { db, campaignId, phoneSecret, defaultCountry, onFault }: ImportContactsOptions,
  batch: readonly ReadContact[],
): Promise<number> {
  const zones = readNumberZones();
  const contacts = batch.map(({ contact }) => ({
    ...contact,
    numbers: contact.numbers.map(({ e164, valid }) => ({
      e164,
      valid,
      phoneKey: phoneKey(e164, phoneSecret),
      timeZones: zonesOfNumber(e164, zones),
    })),
  }));
  const stored = await insertContacts(db, { campaignId, contacts });
  if ('refused' in stored) throw refusal(stored.refused);
  let duplicates = 0;
  for (const [index, item] of batch.entries()) {
    const result = stored.results[index];
    if (result?.kind !== 'duplicate') continue;
    duplicates += 1;
    await onFault(duplicateFault(item, result, defaultCountry));
  }
  return duplicates;
}

function refusal(why: 'unknown_campaign' | 'campaign_cancelled'): Error {
  return why === 'unknown_campaign'
    ? new NotFoundError('CAMPAIGN_NOT_FOUND', 'There is no such campaign.')
    : new RefusedError('CAMPAIGN_CANCELLED', 'The campaign is cancelled; nobody can be added.');
}

function duplicateFault(
  { line, contact, row }: ReadContact,
  duplicate: Extract<InsertedContact, { kind: 'duplicate' }>,
  defaultCountry: string | null,
): ImportFault {
  if (duplicate.by === 'external_id') {
    const reason = 'this external_id is already in the campaign';
    return { line, column: 'external_id', value: showValue(contact.externalId ?? ''), reason };
  }
  const e164 = contact.numbers[duplicate.position - 1]?.e164;
  const country = contact.country ?? defaultCountry;
  const column = findNumberColumns(Object.keys(row)).find((name) => {
    const reading = readPhoneNumber(row[name] ?? '', country);
    return reading.ok && reading.e164 === e164;
  });
  const reason = 'this phone is already in the campaign';
  return { line, column: column ?? '', value: showValue(row[column ?? ''] ?? ''), reason };
}
