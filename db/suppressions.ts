/** The Do-Not-Call lists: everybody's, and one per campaign. The claim looks at both. */
import type { CampaignId } from '../domain/ids.ts';
import type { Database } from './open-database.ts';
import { retryContended } from './retry-contended.ts';
import { isoTime, isoTimeOrNull } from './stored-values.ts';

export interface NewSuppressions {
  /** null: for every campaign. */
  readonly campaignId: CampaignId | null;
  /** Where they come from: `manual`, `file`, the name of a register. */
  readonly source: string;
  /** When they were made; default now. */
  readonly listedAt?: Date | null;
  /** Until when they hold; default for good. */
  readonly expiresAt?: Date | null;
  readonly numbers: readonly { readonly e164: string; readonly phoneKey: string }[];
}

/**
 * Adds numbers by hand and returns how many the source did not have on this list. An entry that is
 * there keeps the newest of both dates and the longest protection: only a removal shortens it.
 */
export async function addSuppressions(db: Database, added: NewSuppressions): Promise<number> {
  const { rows } = await retryContended(() =>
    db.raw<{ rows: { added: number }[] }>(addStatement, {
      campaignId: added.campaignId,
      source: added.source,
      listedAt: added.listedAt ?? null,
      expiresAt: added.expiresAt ?? null,
      numbers: JSON.stringify(added.numbers),
    }),
  );
  return rows[0]?.added ?? 0;
}

const addStatement = `
with entered as (
  insert into suppressions as held (phone_key, e164, campaign_id, source, listed_at, expires_at)
  select distinct on (r."phoneKey") r."phoneKey", r.e164, :campaignId::uuid, :source::text,
    coalesce(:listedAt::timestamptz, now()), :expiresAt::timestamptz
  from jsonb_to_recordset(:numbers::jsonb) as r ("phoneKey" text, e164 text)
  order by r."phoneKey"
  on conflict on constraint suppressions_entry do update set
    listed_at = greatest(held.listed_at, excluded.listed_at),
    expires_at = ${longestProtection('held.expires_at', 'excluded.expires_at')}
  -- Only a row that was not there before has never been locked by an update.
  returning (xmax = 0) as is_new
)
select count(*) filter (where is_new)::int as added from entered
`;

/** SQL of the later of two ends, of which null is none at all. */
function longestProtection(one: string, other: string): string {
  return `case when ${one} is not null and ${other} is not null then greatest(${one}, ${other}) end`;
}

/**
 * Takes numbers off one list (null: everybody's), by default whatever their source, and returns how
 * many of them were on it.
 */
export async function removeSuppressions(
  db: Database,
  removed: {
    readonly campaignId: CampaignId | null;
    readonly phoneKeys: readonly string[];
    readonly source?: string | null;
  },
): Promise<number> {
  const { rows } = await db.raw<{ rows: { removed: number }[] }>(
    `with gone as (
       delete from suppressions
       where phone_key = any(:phoneKeys::text[])
         and campaign_id is not distinct from :campaignId::uuid
         and (:source::text is null or source = :source)
       returning phone_key
     )
     select count(distinct phone_key)::int as removed from gone`,
    {
      campaignId: removed.campaignId,
      phoneKeys: [...removed.phoneKeys],
      source: removed.source ?? null,
    },
  );
  return rows[0]?.removed ?? 0;
}

export interface SuppressionRow {
  /** E.164, as it was entered. */
  readonly number: string;
  /** The campaign's name; null: everybody's list. */
  readonly campaign: string | null;
  readonly source: string;
  /** When the entry was made, by the list it comes from. */
  readonly date: string;
  /** When it came here. */
  readonly createdAt: string;
  /** null: for good. */
  readonly expiresAt: string | null;
  /** It has not expired. */
  readonly inForce: boolean;
}

interface ListedRow {
  id: string;
  phone_key: string;
  number: string;
  campaign: string | null;
  source: string;
  listed_at: Date;
  created_at: Date;
  expires_at: Date | null;
  in_force: boolean;
}

/** All entries, or those of one campaign's own list or one source, in the order in which they came. */
export async function* listSuppressions(
  db: Database,
  of: {
    readonly campaignId?: CampaignId;
    readonly source?: string;
    readonly pageSize?: number;
  } = {},
): AsyncGenerator<SuppressionRow> {
  const pageSize = of.pageSize ?? 1_000;
  let lastId = '0';
  for (;;) {
    const { rows } = await db.raw<{ rows: ListedRow[] }>(listStatement, {
      campaignId: of.campaignId ?? null,
      source: of.source ?? null,
      lastId,
      pageSize,
    });
    yield* rows.map(suppressionRow);
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return;
    lastId = last.id;
  }
}

const selectEntries = `
select s.id, s.phone_key, s.e164 as number, k.name as campaign, s.source, s.listed_at, s.created_at,
  s.expires_at, (s.expires_at is null or s.expires_at > now()) as in_force
from suppressions s left join campaigns k on k.id = s.campaign_id
`;

const listStatement = `${selectEntries}
where s.id > :lastId::bigint
  and (:campaignId::uuid is null or s.campaign_id = :campaignId::uuid)
  and (:source::text is null or s.source = :source::text)
order by s.id
limit :pageSize
`;

/** The entries of some phones: those of everybody's list, and with a campaign those of its own. */
export async function findSuppressions(
  db: Database,
  of: { readonly campaignId: CampaignId | null; readonly phoneKeys: readonly string[] },
): Promise<ReadonlyMap<string, readonly SuppressionRow[]>> {
  const { rows } = await db.raw<{ rows: ListedRow[] }>(
    `${selectEntries}
     where s.phone_key = any(:phoneKeys::text[])
       and (s.campaign_id is null or s.campaign_id = :campaignId::uuid)
     order by s.id`,
    { campaignId: of.campaignId, phoneKeys: [...of.phoneKeys] },
  );
  const found = new Map<string, SuppressionRow[]>();
  for (const row of rows) {
    found.set(row.phone_key, [...(found.get(row.phone_key) ?? []), suppressionRow(row)]);
  }
  return found;
}

function suppressionRow(row: ListedRow): SuppressionRow {
  return {
    number: row.number,
    campaign: row.campaign,
    source: row.source,
    date: isoTime(row.listed_at),
    createdAt: isoTime(row.created_at),
    expiresAt: isoTimeOrNull(row.expires_at),
    inForce: row.in_force,
  };
}
