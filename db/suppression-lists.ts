/** The lists that suppressions come from: how many entries each has, and how old it is. */
import type { CampaignId } from '../domain/ids.ts';
import type { Database } from './open-database.ts';
import { isoTime, isoTimeOrNull } from './stored-values.ts';

/** What one source has put on one list. */
export interface SuppressionListRow {
  readonly source: string;
  /** The campaign's name; null: everybody's list. */
  readonly campaign: string | null;
  readonly entries: number;
  /** Entries that have not expired. */
  readonly inForce: number;
  /** When the source gave the list out; null when it was never imported as a list. */
  readonly listDate: string | null;
  readonly importedAt: string | null;
  /** Whole days since listDate. */
  readonly ageDays: number | null;
}

interface StoredList {
  source: string;
  campaign: string | null;
  entries: number;
  in_force: number;
  list_date: Date | null;
  imported_at: Date | null;
  age_days: number | null;
}

/** Counts every entry: about a second for some millions. */
export async function suppressionLists(db: Database): Promise<SuppressionListRow[]> {
  const { rows } = await db.raw<{ rows: StoredList[] }>(
    `with counted as (
       select source, campaign_id, count(*)::int as entries,
         (count(*) filter (where expires_at is null or expires_at > now()))::int as in_force
       from suppressions group by source, campaign_id
     ), named as (
       select source, campaign_id from counted union select source, campaign_id from suppression_lists
     )
     select named.source, k.name as campaign, coalesce(c.entries, 0) as entries,
       coalesce(c.in_force, 0) as in_force, l.list_date, l.imported_at,
       floor(extract(epoch from now() - l.list_date) / 86400)::int as age_days
     from named
     left join counted c on c.source = named.source
       and c.campaign_id is not distinct from named.campaign_id
     left join suppression_lists l on l.source = named.source
       and l.campaign_id is not distinct from named.campaign_id
     left join campaigns k on k.id = named.campaign_id
     order by k.name nulls first, named.source`,
  );
  return rows.map((row) => ({
    source: row.source,
    campaign: row.campaign,
    entries: row.entries,
    inForce: row.in_force,
    listDate: isoTimeOrNull(row.list_date),
    importedAt: isoTimeOrNull(row.imported_at),
    ageDays: row.age_days,
  }));
}

/** A list without which a campaign dials nobody. */
export interface RequiredListRow {
  readonly campaign: string;
  readonly source: string;
  readonly maxAgeMs: number;
  /** Of the newest one, of everybody or of the campaign; null: there is none. */
  readonly listDate: string | null;
  readonly isTooOld: boolean;
}

interface StoredRequirement {
  campaign: string;
  source: string;
  maxAgeMs: string;
  list_date: Date | null;
  is_fresh: boolean | null;
}

/** What a campaign requires, or all of them that are not over. By campaign and source. */
export async function requiredLists(
  db: Database,
  campaignId: CampaignId | null = null,
): Promise<RequiredListRow[]> {
  const { rows } = await db.raw<{ rows: StoredRequirement[] }>(
    `select k.name as campaign, required.source, required."maxAgeMs", max(l.list_date) as list_date,
       max(l.list_date) >= now() - required."maxAgeMs" * interval '1 millisecond' as is_fresh
     from campaigns k
     join campaign_settings s on s.campaign_id = k.id and s.version = k.settings_version
     cross join lateral jsonb_to_recordset(s.settings #> '{suppression,lists}')
       as required (source text, "maxAgeMs" bigint)
     left join suppression_lists l on l.source = required.source
       and (l.campaign_id is null or l.campaign_id = k.id)
     where case when :campaignId::uuid is null then k.state not in ('cancelled', 'finished')
       else k.id = :campaignId end
     group by k.name, required.source, required."maxAgeMs"
     order by k.name, required.source`,
    { campaignId },
  );
  return rows.map((row) => ({
    campaign: row.campaign,
    source: row.source,
    maxAgeMs: Number(row.maxAgeMs),
    listDate: row.list_date === null ? null : isoTime(row.list_date),
    isTooOld: row.is_fresh !== true,
  }));
}

/**
 * Notes that a source's list was brought up to date. `replaced`: it is now as of `listDate`, even if
 * that is earlier; else an earlier date changes nothing.
 */
export async function noteSuppressionList(
  db: Database,
  list: {
    readonly source: string;
    readonly campaignId: CampaignId | null;
    readonly listDate: Date;
    readonly replaced: boolean;
  },
): Promise<void> {
  await db.raw(
    `insert into suppression_lists as held (source, campaign_id, list_date)
     values (:source, :campaignId, :listDate)
     on conflict on constraint suppression_lists_source do update set
       imported_at = now(),
       list_date = case when :replaced then excluded.list_date
         else greatest(held.list_date, excluded.list_date) end`,
    { ...list },
  );
}
