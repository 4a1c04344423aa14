import type { CampaignSettings } from '../domain/campaign-settings.ts';
import type { CampaignId } from '../domain/ids.ts';
import type { Database } from './open-database.ts';
import { retryContended } from './retry-contended.ts';

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

/** Rows changed at a time, so that no claim waits long for one of them. */
const pageSize = 1_000;

/**
 * Makes a stored version the one that every later claim and decision uses, unless a later one is.
 * Contacts that wait for a window or a limit are due at once, to be judged by the new rules;
 * contactsToWake names them. Safe to repeat. Throws `SETTINGS_UNKNOWN` for a version that was never stored.
 */
export async function activateSettingsVersion(
  db: Database,
  campaignId: CampaignId,
  version: number,
): Promise<void> {
  const { rows } = await db.raw<{ rows: { at: Date }[] }>(
    `update campaigns set settings_version = greatest(settings_version, :version::int)
     where id = :campaignId and exists (
       select from campaign_settings where campaign_id = :campaignId and version = :version
     )
     returning now() as at`,
    { campaignId, version },
  );
  const at = rows[0]?.at.toISOString();
  if (at === undefined) {
    throw Object.assign(new Error(`no settings version ${version} of campaign ${campaignId}`), {
      code: 'SETTINGS_UNKNOWN',
    });
  }
  while ((await judgeAgain(db, campaignId, at)) === pageSize);
}

async function judgeAgain(db: Database, campaignId: CampaignId, at: string): Promise<number> {
  const { rowCount } = await retryContended(() =>
    db.raw<{ rowCount: number }>(
      `update contacts c set waiting_rule = null, woken_at = null,
         waiting_for = case when c.fed_at is not null then 'rules_changed' end,
         next_attempt_at = case when c.fed_at is not null then :at::timestamptz end
       where c.id in (
         select id from contacts
         where campaign_id = :campaignId and state = 'waiting' and live_attempt_id is null
           and waiting_for in ('calling_window', 'no_opening', 'number_daily_cap', 'cap', 'cool_off')
         order by id limit :pageSize for no key update
       )`,
      { campaignId, at, pageSize },
    ),
  );
  return rowCount;
}
