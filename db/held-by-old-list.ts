import type { CampaignId, ContactId } from '../domain/ids.ts';
import type { Database } from './open-database.ts';
import { suppressionListOld } from './suppression-list-old.ts';

/**
 * Contacts of a running campaign that wait because a suppression list was too old, once it is not any
 * more: after an import, or by changed rules. In the order of their next attempt; those that were
 * woken in the last 30 s are left to it.
 */
export async function heldByOldList(
  db: Database,
  page: { readonly campaignId: CampaignId; readonly limit: number },
): Promise<ContactId[]> {
  const { rows } = await db.raw<{ rows: { id: ContactId }[] }>(
    `select c.id from contacts c
     join campaigns k on k.id = c.campaign_id and k.state = 'running'
     join campaign_settings s on s.campaign_id = k.id and s.version = k.settings_version
     where c.campaign_id = :campaignId and c.waiting_for = 'suppression_list_old'
       and c.fed_at is not null and c.live_attempt_id is null
       and (c.woken_at is null or c.woken_at < now() - interval '30 seconds')
       and not ${suppressionListOld('s.settings', 'k.id', 'now()')}
     order by c.next_attempt_at nulls first, c.row_no
     limit :limit`,
    { campaignId: page.campaignId, limit: page.limit },
  );
  return rows.map((row) => row.id);
}
