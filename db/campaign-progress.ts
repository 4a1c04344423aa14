import { groupOf, type CallStatus } from '../domain/call-status.ts';
import type { CampaignId } from '../domain/ids.ts';
import type { CampaignState } from './campaigns.ts';
import type { Database } from './open-database.ts';

/** Contacts by group; connected + unanswered + failed + pending = total at every moment. */
export interface CampaignProgress {
  readonly campaignId: CampaignId;
  readonly state: CampaignState;
  readonly total: number;
  readonly connected: number;
  readonly unanswered: number;
  readonly failed: number;
  readonly pending: number;
}

/** The campaign's state and counts, of one snapshot. Throws `CAMPAIGN_UNKNOWN`. */
export async function campaignProgress(
  db: Database,
  campaignId: CampaignId,
): Promise<CampaignProgress> {
  const { rows } = await db.raw<{
    rows: { state: CampaignState; call_status: CallStatus | null; count: number }[];
  }>(
    `select k.state, c.call_status, count(c.id)::int as count
     from campaigns k left join contacts c on c.campaign_id = k.id
     where k.id = :campaignId
     group by k.state, c.call_status`,
    { campaignId },
  );
  const first = rows[0];
  if (first === undefined) {
    throw Object.assign(new Error(`no campaign ${campaignId}`), { code: 'CAMPAIGN_UNKNOWN' });
  }
  return { campaignId, state: first.state, ...countByGroup(rows) };
}

/** Adds up counts by call status, where null is a contact that is not settled. */
export function countByGroup(
  counts: readonly { readonly call_status: CallStatus | null; readonly count: number }[],
): Pick<CampaignProgress, 'total' | 'connected' | 'unanswered' | 'failed' | 'pending'> {
  const sums = { total: 0, connected: 0, unanswered: 0, failed: 0, pending: 0 };
  for (const { call_status: status, count } of counts) {
    sums.total += count;
    sums[status === null ? 'pending' : groupOf(status)] += count;
  }
  return sums;
}
