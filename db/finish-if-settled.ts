import type { CampaignId } from '../domain/ids.ts';
import type { Database } from './open-database.ts';

/**
 * Ends a running campaign whose contacts are all settled, and says whether it did. One without any
 * contact goes on, waiting for its first; so does one that contacts still waiting in another active
 * campaign may be retargeted to, and one with settled contacts whose workflows are still to be told.
 */
export async function finishIfSettled(db: Database, campaignId: CampaignId): Promise<boolean> {
  if (!(await isSettled(db, campaignId))) return false;
  return db.transaction(async (trx) => {
    // Imports and retargets lock the campaign too: looked at again, nobody can come in meanwhile.
    await trx('campaigns').where({ id: campaignId }).forNoKeyUpdate().first('id');
    if (!(await isSettled(trx, campaignId))) return false;
    await trx('campaigns')
      .where({ id: campaignId })
      .update({ state: 'finished', finished_at: trx.fn.now() });
    return true;
  });
}

async function isSettled(db: Database, campaignId: CampaignId): Promise<boolean> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `select from campaigns k
     where k.id = :campaignId and k.state = 'running'
       and exists (select from contacts c where c.campaign_id = k.id)
       and not exists (select from contacts c where c.campaign_id = k.id and c.state = 'waiting')
       and not exists (
         select from contacts c
         where c.campaign_id = k.id and c.waiting_for = 'campaign_cancelled'
           and c.fed_at is not null
       )
       and not exists (
         select from campaigns source
         join campaign_settings s
           on s.campaign_id = source.id and s.version = source.settings_version
         where source.state in ('running', 'paused') and source.id <> k.id
           and jsonb_path_exists(s.settings, '$.retarget[*].to.campaign ? (@ == $name)',
             jsonb_build_object('name', k.name))
           and exists (
             select from contacts c where c.campaign_id = source.id and c.state = 'waiting'
           )
       )`.replaceAll('?', '\\?'),
    { campaignId },
  );
  return rows.length > 0;
}
