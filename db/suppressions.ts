/** The Do-Not-Call lists: everybody's, and one per campaign. The claim looks at both. */
import type { CampaignId } from '../domain/ids.ts';
import type { Database } from './open-database.ts';
import { retryContended } from './retry-contended.ts';
import { isoTime, isoTimeOrNull } from './stored-values.ts';

export interface NewSuppressions {
  /** null: for every campaign. */
  readonly campaignId: CampaignId | null;
  /** Where they come from: a file's name, `manual`, a register. */
  readonly source: string;
  readonly numbers: readonly {
    readonly e164: string;
    readonly phoneKey: string;
    /** ISO 8601; null or absent: for good. */
    readonly expiresAt?: string | null;
  }[];
}

/**
 * Adds numbers to a list, in batches of the caller's size (10,000 is a good one), and returns how
 * many were not on it. For one that was, source and expiry are replaced.
 */
export async function addSuppressions(db: Database, added: NewSuppressions): Promise<number> {
  const { rows } = await retryContended(() =>
    db.raw<{ rows: { added: number }[] }>(addStatement, {
      campaignId: added.campaignId,
      source: added.source,
      numbers: JSON.stringify(added.numbers),
    }),
  );
  return rows[0]?.added ?? 0;
}

const addStatement = `
with entered as (
  insert into suppressions (phone_key, e164, campaign_id, source, expires_at)
  select distinct on (r."phoneKey") r."phoneKey", r.e164, :campaignId::uuid, :source::text,
    r."expiresAt"
  from jsonb_to_recordset(:numbers::jsonb)
    as r ("phoneKey" text, e164 text, "expiresAt" timestamptz)
  order by r."phoneKey", r."expiresAt" desc nulls first
  on conflict (phone_key, campaign_id) do update set
    source = excluded.source, expires_at = excluded.expires_at
  -- Only a row that was not there before has never been locked by an update.
  returning (xmax = 0) as is_new
)
select count(*) filter (where is_new)::int as added from entered
`;

/** Takes numbers off one list (null: everybody's) and returns how many were on it. */
export async function removeSuppressions(
  db: Database,
  removed: { readonly campaignId: CampaignId | null; readonly phoneKeys: readonly string[] },
): Promise<number> {
  const { rowCount } = await db.raw<{ rowCount: number }>(
    `delete from suppressions
     where phone_key = any(:phoneKeys::text[]) and campaign_id is not distinct from :campaignId::uuid`,
    { campaignId: removed.campaignId, phoneKeys: [...removed.phoneKeys] },
  );
  return rowCount;
}

export interface SuppressionRow {
  /** E.164, as it was entered. */
  readonly number: string;
  /** The campaign's name; null: everybody's list. */
  readonly campaign: string | null;
  readonly source: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
}

interface ListedRow {
  id: string;
  cursor: string;
  number: string;
  campaign: string | null;
  source: string;
  created_at: Date;
  expires_at: Date | null;
}

/** All entries, or those of one campaign's own list, in the order in which they were made. */
export async function* listSuppressions(
  db: Database,
  of: { readonly campaignId?: CampaignId; readonly pageSize?: number } = {},
): AsyncGenerator<SuppressionRow> {
  const pageSize = of.pageSize ?? 1_000;
  let last: { cursor: string; id: string } | undefined;
  for (;;) {
    const { rows } = await db.raw<{ rows: ListedRow[] }>(listStatement, {
      campaignId: of.campaignId ?? null,
      cursor: last?.cursor ?? '-infinity',
      id: last?.id ?? '00000000-0000-0000-0000-000000000000',
      pageSize,
    });
    for (const row of rows) {
      yield {
        number: row.number,
        campaign: row.campaign,
        source: row.source,
        createdAt: isoTime(row.created_at),
        expiresAt: isoTimeOrNull(row.expires_at),
      };
    }
    last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return;
  }
}

const listStatement = `
select s.id, s.created_at::text as cursor, s.e164 as number, k.name as campaign, s.source,
  s.created_at, s.expires_at
from suppressions s left join campaigns k on k.id = s.campaign_id
where (s.created_at, s.id) > (:cursor::timestamptz, :id::uuid)
  and (:campaignId::uuid is null or s.campaign_id = :campaignId::uuid)
order by s.created_at, s.id
limit :pageSize
`;
