import type { CampaignState } from './campaigns.ts';
import type { AuditId, CampaignId } from '../domain/ids.ts';
import type { Database } from './open-database.ts';

/** Which states lead to which; `finished` is reached by finishIfSettled alone. */
const cameFrom = {
  running: ['draft', 'paused'],
  paused: ['running'],
  cancelled: ['draft', 'running', 'paused', 'finished'],
} as const;

/**
 * Starts, resumes, pauses or cancels, and returns the campaign's state afterwards: another one than
 * `to` when it cannot go there (a cancelled campaign stays cancelled, a finished one needs an import
 * first). Every claim that begins later obeys. The audit entry gets the time. Safe to repeat. Throws
 * `CAMPAIGN_UNKNOWN`.
 */
export async function setCampaignState(
  db: Database,
  campaignId: CampaignId,
  to: keyof typeof cameFrom,
  auditId: AuditId | null = null,
): Promise<CampaignState> {
  const { rows } = await db.raw<{ rows: { state: CampaignState }[] }>(
    `with changed as (
       update campaigns set
         state = :to::text,
         started_at = case when :to = 'running' then coalesce(started_at, now()) else started_at end,
         finished_at = case when :to = 'cancelled' then now() end
       where id = :campaignId and state = any(:cameFrom::text[])
       returning state
     ), noted as (
       update audit_log set applied_at = clock_timestamp()
       where id = :auditId::uuid and applied_at is null and exists (select from changed)
     )
     select coalesce(c.state, k.state) as state
     from campaigns k left join changed c on true where k.id = :campaignId`,
    { campaignId, to, auditId, cameFrom: [...cameFrom[to]] },
  );
  const row = rows[0];
  if (row === undefined) {
    throw Object.assign(new Error(`no campaign ${campaignId}`), { code: 'CAMPAIGN_UNKNOWN' });
  }
  return row.state;
}
