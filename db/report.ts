import { callStatuses, type CallStatus, type Group } from '../domain/call-status.ts';
import { dialStatuses, type DialStatus } from '../domain/dial-status.ts';
import type { CampaignId } from '../domain/ids.ts';
import { countByGroup } from './campaign-progress.ts';
import type { Database } from './open-database.ts';
import { dialStatusOrNull } from './stored-values.ts';

/** Counts contacts, except `attempts`. Shares are of the total, in percent with two decimals. */
export interface CampaignReport {
  readonly campaign: string;
  readonly total: number;
  readonly connected: number;
  readonly unanswered: number;
  readonly failed: number;
  readonly pending: number;
  readonly percent: Readonly<Record<Group | 'pending', number>>;
  readonly byCallStatus: Readonly<Record<CallStatus, number>>;
  /** Of settled contacts that were dialled: the dial status that goes with their call status. */
  readonly byDialStatus: Readonly<Record<DialStatus, number>>;
  readonly attempts: number;
}

/** Contacts settled from `from` on and before `to`, ISO 8601; without both, all contacts. */
export interface ReportPeriod {
  readonly from?: string;
  readonly to?: string;
}

interface ReportRow {
  name: string;
  call_status: CallStatus | null;
  dial_status: number | null;
  count: number;
  attempts: number;
}

/** The figures of a campaign, in one statement and so of one moment. Throws `CAMPAIGN_UNKNOWN`. */
export async function campaignReport(
  db: Database,
  campaignId: CampaignId,
  period: ReportPeriod = {},
): Promise<CampaignReport> {
  const { rows } = await db.raw<{ rows: ReportRow[] }>(statement, {
    campaignId,
    from: period.from ?? null,
    to: period.to ?? null,
  });
  const first = rows[0];
  if (first === undefined) {
    throw Object.assign(new Error(`no campaign ${campaignId}`), { code: 'CAMPAIGN_UNKNOWN' });
  }
  const counts = countByGroup(rows);
  const share = (count: number) =>
    counts.total === 0 ? 0 : Math.round((count / counts.total) * 10_000) / 100;
  return {
    campaign: first.name,
    ...counts,
    percent: {
      connected: share(counts.connected),
      unanswered: share(counts.unanswered),
      failed: share(counts.failed),
      pending: share(counts.pending),
    },
    byCallStatus: tally(callStatuses, rows, (row) => row.call_status),
    byDialStatus: tally(dialStatuses, rows, (row) => dialStatusOrNull(row.dial_status)),
    attempts: rows.reduce((sum, row) => sum + row.attempts, 0),
  };
}

function tally<Key extends string>(
  keys: readonly Key[],
  rows: readonly ReportRow[],
  keyOf: (row: ReportRow) => Key | null,
): Record<Key, number> {
  const sums = Object.fromEntries(keys.map((key) => [key, 0])) as Record<Key, number>;
  for (const row of rows) {
    const key = keyOf(row);
    if (key !== null) sums[key] += row.count;
  }
  return sums;
}

const statement = `
select k.name, c.call_status, c.dial_status, count(c.id)::int as count,
  coalesce(sum(c.attempts_made), 0)::int as attempts
from campaigns k
left join contacts c on c.campaign_id = k.id
  and (:from::timestamptz is null or c.settled_at >= :from::timestamptz)
  and (:to::timestamptz is null or c.settled_at < :to::timestamptz)
where k.id = :campaignId
group by k.name, c.call_status, c.dial_status
`;
