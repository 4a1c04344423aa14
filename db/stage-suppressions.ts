/**
 * A suppression list on its way in. Its rows are gathered in a temporary table of one connection, outside
 * any transaction however long the file takes; then one transaction brings them in. A claim therefore sees
 * the list as it was or as it is, never half of it, and an import that breaks off has changed nothing.
 */
import type { CampaignId } from '../domain/ids.ts';
import type { Database } from './open-database.ts';

export interface StagedEntry {
  readonly e164: string;
  readonly phoneKey: string;
  readonly source: string;
  /** null: the list does not say. */
  readonly listedAt: Date | null;
  /** null: for good. */
  readonly expiresAt: Date | null;
}

export interface StagedList {
  /** null: for every campaign. */
  readonly campaignId: CampaignId | null;
  /** Entries that this source has on the list and the file has not are removed. */
  readonly replacedSource: string | null;
  /** Of new entries of which the list does not say when they were made. */
  readonly defaultListedAt: Date;
}

export interface StagedEffect {
  /** Different numbers by source. */
  readonly numbers: number;
  /** Of the replaced source, on the list before. */
  readonly standing: number;
  readonly added: number;
  /** Entries that get a newer date or hold longer; of a replaced source, any other date. */
  readonly changed: number;
  /** Entries that hold longer than the file says: only a replacement shortens. */
  readonly keptLonger: number;
  readonly removed: number;
}

export interface SuppressionStage {
  /** In batches of some thousands; a phone may come again. */
  add(entries: readonly StagedEntry[]): Promise<void>;
  /**
   * Brings the rows in, in one transaction that ends with `last`: when that throws, nothing has changed.
   * `judge` is told what it would do, and stops it by returning false.
   */
  bringIn(
    list: StagedList,
    judge: (effect: StagedEffect) => boolean,
    last: (trx: Database, effect: StagedEffect) => Promise<void>,
  ): Promise<StagedEffect>;
  /** Gives the connection back; may be called whatever happened. */
  close(): Promise<void>;
}

/** A list of many millions on a slow disk; the pool's limits are for statements that dial. */
const longestStatementMs = 3_600_000;
/** Imports take turns: two of one list would undo each other's removals. */
const importLock = 7_214_052_302;

interface Connections {
  acquireConnection(): Promise<object>;
  releaseConnection(connection: object): Promise<void>;
}

export async function stageSuppressions(db: Database): Promise<SuppressionStage> {
  const connections = db.client as Connections;
  const connection = await connections.acquireConnection();
  const run = (sql: string, bindings: Record<string, unknown> = {}) =>
    db.raw(sql, bindings as never).connection(connection);
  await run(dropTables);
  await run(createStage);
  return {
    async add(entries) {
      await run(addRows, columnsOf(entries)).options({ name: 'stage-suppressions' });
    },
    async bringIn(list, judge, last) {
      const effect = await db.transaction((trx) => bringIn(trx, list, { judge, last }), {
        connection,
      });
      // The claim's plans are made for the table as it was. Autovacuum may be at it already.
      await run('analyze suppressions').catch(() => {});
      return effect;
    },
    async close() {
      try {
        await run(dropTables);
      } finally {
        await connections.releaseConnection(connection);
      }
    },
  };
}

async function bringIn(
  trx: Database,
  list: StagedList,
  {
    judge,
    last,
  }: {
    judge: (effect: StagedEffect) => boolean;
    last: (trx: Database, effect: StagedEffect) => Promise<void>;
  },
): Promise<StagedEffect> {
  const bindings = { ...list };
  const run = <Row>(sql: string) =>
    trx.raw<{ rows: Row[] }>(sql, bindings as never).options({ query_timeout: longestStatementMs });
  await trx.raw(
    "set local statement_timeout = 0; set local lock_timeout = 0; set local work_mem = '128MB'",
  );
  await trx
    .raw('select pg_advisory_xact_lock(?)', [importLock])
    .options({ query_timeout: longestStatementMs });
  await run(gatherIncoming);
  await trx.raw('analyze suppression_incoming');
  const effect = (await run<StagedEffect>(countEffect)).rows[0];
  if (effect === undefined) throw new Error('the effect of an import was not counted');
  if (!judge(effect)) return effect;
  if (effect.removed > 0) await run(removeMissing);
  if (effect.added + effect.changed > 0) await run(enterIncoming);
  await last(trx, effect);
  return effect;
}

/** By column, which Postgres takes apart faster than row by row. */
function columnsOf(entries: readonly StagedEntry[]) {
  return {
    phoneKeys: entries.map(({ phoneKey }) => phoneKey),
    numbers: entries.map(({ e164 }) => e164),
    sources: entries.map(({ source }) => source),
    dates: entries.map(({ listedAt }) => listedAt?.toISOString() ?? null),
    ends: entries.map(({ expiresAt }) => expiresAt?.toISOString() ?? null),
  };
}

const dropTables = 'drop table if exists pg_temp.suppression_stage, pg_temp.suppression_incoming';

const createStage = `create temp table suppression_stage
  (phone_key text collate "C", e164 text, source text, listed_at timestamptz, expires_at timestamptz)`;

const addRows = `
insert into suppression_stage
select * from unnest(:phoneKeys::text[], :numbers::text[], :sources::text[], :dates::timestamptz[],
  :ends::timestamptz[])
`;

/** Each phone once by source, with the newest date and the longest protection that the file gives it. */
const gatherIncoming = `
create temp table suppression_incoming on commit drop as
select phone_key, source, min(e164) as e164, max(listed_at) as listed_at,
  case when bool_and(expires_at is not null) then max(expires_at) end as expires_at
from suppression_stage
group by phone_key, source
order by phone_key, source
`;

const isHeld = `held.phone_key = i.phone_key and held.source = i.source
  and held.campaign_id is not distinct from :campaignId::uuid`;
/** Null is no end, and the latest. */
const isReplaced = "i.source = coalesce(:replacedSource::text, '')";
const wouldExtend = `held.expires_at < coalesce(i.expires_at, 'infinity')`;
const wouldShorten = `i.expires_at < coalesce(held.expires_at, 'infinity')`;
const wouldChange = `(i.listed_at > held.listed_at or ${wouldExtend}
  or (${isReplaced} and (i.listed_at <> held.listed_at or ${wouldShorten})))`;

const isMissing = `gone.source = :replacedSource::text
  and gone.campaign_id is not distinct from :campaignId::uuid
  and not exists (
    select from suppression_incoming i
    where i.phone_key = gone.phone_key and i.source = gone.source
  )`;

const countEffect = `
select count(*)::int as numbers,
  (select count(*)::int from suppressions standing where standing.source = :replacedSource::text
    and standing.campaign_id is not distinct from :campaignId::uuid) as standing,
  (count(*) filter (where held.id is null))::int as added,
  (count(*) filter (where ${wouldChange}))::int as changed,
  (count(*) filter (where ${wouldShorten} and not ${isReplaced}))::int as "keptLonger",
  (select count(*)::int from suppressions gone where ${isMissing}) as removed
from suppression_incoming i left join suppressions held on ${isHeld}
`;

const removeMissing = `delete from suppressions gone where ${isMissing}`;

// Rows that stay as they are are not touched: a list of a million that comes every week has few others.
// In the order of the index, which is then written from one end to the other.
const enterIncoming = `
insert into suppressions as held (phone_key, e164, campaign_id, source, listed_at, expires_at)
select i.phone_key, i.e164, :campaignId::uuid, i.source,
  coalesce(i.listed_at, held.listed_at, :defaultListedAt::timestamptz), i.expires_at
from suppression_incoming i left join suppressions held on ${isHeld}
where held.id is null or ${wouldChange}
order by i.phone_key, i.source
on conflict on constraint suppressions_entry do update set
  listed_at = case when excluded.source = :replacedSource::text then excluded.listed_at
    else greatest(held.listed_at, excluded.listed_at) end,
  expires_at = case when excluded.source = :replacedSource::text then excluded.expires_at
    when held.expires_at is not null and excluded.expires_at is not null
      then greatest(held.expires_at, excluded.expires_at) end
`;
