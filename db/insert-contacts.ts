/**
 * Import of contacts in batches: a few statements per batch, whatever its size, and a result per
 * row. Imports into one campaign take turns, so that two files cannot both bring the same person.
 */
import { randomUUID } from 'node:crypto';
import type { CampaignId, ContactId } from '../domain/ids.ts';
import type { Database } from './open-database.ts';
import { prepareContacts } from './prepare-contacts.ts';
import { retryContended } from './retry-contended.ts';

/** A contact that was read from a file, with the keys of its numbers. */
export interface ContactToInsert {
  readonly externalId: string | null;
  readonly name: string | null;
  readonly timeZone: string | null;
  readonly country: string | null;
  readonly attributes: Readonly<Record<string, string>>;
  /** At least one, in the order they are to be tried, each phone once. */
  readonly numbers: readonly {
    readonly e164: string;
    readonly phoneKey: string;
    /** False: kept and shown as `invalid_number`, never dialled. */
    readonly valid: boolean;
    /** Every zone it may lie in; null or empty: not known. */
    readonly timeZones?: readonly string[] | null;
  }[];
}

export type InsertedContact =
  | { readonly kind: 'imported'; readonly contactId: ContactId }
  /** Already in the campaign, or earlier in the batch; `position` counts the numbers from 1. */
  | { readonly kind: 'duplicate'; readonly by: 'external_id' }
  | { readonly kind: 'duplicate'; readonly by: 'number'; readonly position: number };

export type InsertContactsResult =
  | { readonly refused: 'unknown_campaign' | 'campaign_cancelled' }
  /** One per contact, in the same order. */
  | { readonly results: readonly InsertedContact[] };

/**
 * Imports a batch (1,000 is a good size) in one transaction. Contacts without a number that may be
 * dialled are settled at once. A finished campaign becomes a draft, which can be started.
 */
export async function insertContacts(
  db: Database,
  batch: { readonly campaignId: CampaignId; readonly contacts: readonly ContactToInsert[] },
): Promise<InsertContactsResult> {
  return retryContended(() =>
    db.transaction(async (trx) => {
      await trx.raw("set local lock_timeout = '30s'");
      const campaign = await trx<{ id: CampaignId; state: string }>('campaigns')
        .where({ id: batch.campaignId })
        .forNoKeyUpdate()
        .first('state');
      if (campaign === undefined) return { refused: 'unknown_campaign' };
      if (campaign.state === 'cancelled') return { refused: 'campaign_cancelled' };
      const storable = { campaignId: batch.campaignId, contacts: storableContacts(batch.contacts) };
      const results = markDuplicates(storable.contacts, await findTaken(trx, storable));
      await insertRows(trx, storable, results);
      return { results };
    }),
  );
}

interface Taken {
  readonly externalIds: Set<string>;
  readonly phoneKeys: Set<string>;
}

/** Settled contacts count as well: who was called is not called again because of a second file. */
async function findTaken(
  trx: Database,
  { campaignId, contacts }: { campaignId: CampaignId; contacts: readonly ContactToInsert[] },
): Promise<Taken> {
  const externalIds = contacts.flatMap(({ externalId }) => externalId ?? []);
  const phoneKeys = contacts.flatMap(({ numbers }) => numbers.map((number) => number.phoneKey));
  const known = await trx.raw<{ rows: { external_id: string }[] }>(
    'select external_id from contacts where campaign_id = :campaignId and external_id = any(:externalIds)',
    { campaignId, externalIds },
  );
  const held = await trx.raw<{ rows: { phone_key: string }[] }>(
    'select phone_key from numbers where campaign_id = :campaignId and phone_key = any(:phoneKeys)',
    { campaignId, phoneKeys },
  );
  return {
    externalIds: new Set(known.rows.map((row) => row.external_id)),
    phoneKeys: new Set(held.rows.map((row) => row.phone_key)),
  };
}

function markDuplicates(contacts: readonly ContactToInsert[], taken: Taken): InsertedContact[] {
  return contacts.map((contact) => {
    if (contact.externalId !== null && taken.externalIds.has(contact.externalId)) {
      return { kind: 'duplicate', by: 'external_id' };
    }
    const clash = contact.numbers.findIndex((number) => taken.phoneKeys.has(number.phoneKey));
    if (clash >= 0) return { kind: 'duplicate', by: 'number', position: clash + 1 };
    if (contact.externalId !== null) taken.externalIds.add(contact.externalId);
    for (const number of contact.numbers) taken.phoneKeys.add(number.phoneKey);
    return { kind: 'imported', contactId: randomUUID() as unknown as ContactId };
  });
}

async function insertRows(
  trx: Database,
  { campaignId, contacts }: { campaignId: CampaignId; contacts: readonly ContactToInsert[] },
  results: readonly InsertedContact[],
): Promise<void> {
  const rows = contacts.flatMap((contact, index) => {
    const result = results[index];
    return result?.kind === 'imported' ? [{ ...contact, id: result.contactId }] : [];
  });
  if (rows.length === 0) return;
  const numbers = rows.flatMap((row) =>
    row.numbers.map((number, index) => ({ ...number, contactId: row.id, position: index + 1 })),
  );
  await trx.raw(insertContactRows, { campaignId, rows: JSON.stringify(rows) });
  await trx.raw(insertPhoneRows, { numbers: JSON.stringify(numbers) });
  await trx.raw(insertNumberRows, { campaignId, numbers: JSON.stringify(numbers) });
  await prepareContacts(
    trx,
    rows.map((row) => row.id),
  );
  await trx('campaigns')
    .where({ id: campaignId, state: 'finished' })
    .update({ state: 'draft', finished_at: null });
}

/** Text that Postgres can hold: it knows neither NUL nor half a surrogate pair. */
function storableContacts(contacts: readonly ContactToInsert[]): ContactToInsert[] {
  const json = JSON.stringify(contacts, (_key, value: unknown) =>
    typeof value === 'string' ? value.replace(/\0|\p{Surrogate}/gu, '\uFFFD') : value,
  );
  return JSON.parse(json) as ContactToInsert[];
}

const insertContactRows = `
insert into contacts
  (id, campaign_id, lineage_id, external_id, row_no, name, time_zone, country, attributes)
select r.id, :campaignId::uuid, r.id, r."externalId",
  (select coalesce(max(row_no), 0) from contacts where campaign_id = :campaignId::uuid) + r.ordinal,
  r.name, r."timeZone", r.country, r.attributes
from rows from (
  jsonb_to_recordset(:rows::jsonb) as (id uuid, "externalId" text, name text, "timeZone" text,
    country text, attributes jsonb)
) with ordinality as r (id, "externalId", name, "timeZone", country, attributes, ordinal)
`;

// In one order, so that two imports that share phones do not wait for each other crosswise.
const insertPhoneRows = `
insert into phones (phone_key)
select distinct r."phoneKey" from jsonb_to_recordset(:numbers::jsonb) as r ("phoneKey" text)
order by r."phoneKey"
on conflict do nothing
`;

const insertNumberRows = `
insert into numbers (contact_id, campaign_id, position, e164, phone_key, valid, time_zones)
select r."contactId", :campaignId::uuid, r.position, r.e164, r."phoneKey", r.valid,
  nullif(r."timeZones", '{}')
from jsonb_to_recordset(:numbers::jsonb) as r ("contactId" uuid, position int, e164 text,
  "phoneKey" text, valid boolean, "timeZones" text[])
`;
