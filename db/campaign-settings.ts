import type { CampaignSettings } from '../domain/campaign-settings.ts';
import type { CampaignId } from '../domain/ids.ts';
import type { Database } from './open-database.ts';

/**
 * Stores settings as the campaign's next version, which nothing uses until it is activated, and
 * returns its number. Their `name` must be the campaign's. Throws `CAMPAIGN_UNKNOWN`.
 */
export async function storeSettingsVersion(
  db: Database,
  campaignId: CampaignId,
  version: { readonly settings: CampaignSettings; readonly source: string },
): Promise<number> {
  return db.transaction(async (trx) => {
    const campaign = await trx<{ id: CampaignId; name: string }>('campaigns')
      .where({ id: campaignId, name: version.settings.name })
      .forNoKeyUpdate()
      .first('id');
    if (campaign === undefined) {
      throw Object.assign(new Error(`no campaign ${campaignId} of that name`), {
        code: 'CAMPAIGN_UNKNOWN',
      });
    }
    const { rows } = await trx.raw<{ rows: { version: number }[] }>(
      `insert into campaign_settings (campaign_id, version, settings, source)
       select :campaignId::uuid, max(version) + 1, :settings::jsonb, :source::text
       from campaign_settings where campaign_id = :campaignId::uuid
       returning version`,
      { campaignId, settings: JSON.stringify(version.settings), source: version.source },
    );
    return Number(rows[0]?.version);
  });
}

/**
 * Makes a stored version the one that every later claim and decision uses, unless a later one is. The
 * contacts that wait already follow page by page, see applyChangedRules. Safe to repeat. Throws
 * `SETTINGS_UNKNOWN` for a version that was never stored.
 */
export async function activateSettingsVersion(
  db: Database,
  campaignId: CampaignId,
  version: number,
): Promise<void> {
  const { rowCount } = await db.raw<{ rowCount: number }>(
    `update campaigns set settings_version = greatest(settings_version, :version::int),
       decide_again_after = 0
     where id = :campaignId and exists (
       select from campaign_settings where campaign_id = :campaignId and version = :version
     )`,
    { campaignId, version },
  );
  if (rowCount === 0) {
    throw Object.assign(new Error(`no settings version ${version} of campaign ${campaignId}`), {
      code: 'SETTINGS_UNKNOWN',
    });
  }
}
