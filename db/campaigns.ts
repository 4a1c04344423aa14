import type { CampaignSettings } from '../domain/campaign-settings.ts';
import type { CampaignId } from '../domain/ids.ts';
import type { Database } from './open-database.ts';
import { sqlState, uniqueViolation } from './retry-contended.ts';
import { isoTime, isoTimeOrNull } from './stored-values.ts';

export type CampaignState = 'draft' | 'running' | 'paused' | 'cancelled' | 'finished';

/** A campaign with its current settings. */
export interface CampaignRecord {
  readonly id: CampaignId;
  readonly name: string;
  readonly state: CampaignState;
  readonly settingsVersion: number;
  readonly settings: CampaignSettings;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

/** Creates a draft with settings version 1. `source` is the file as it was given. */
export async function createCampaign(
  db: Database,
  campaign: { readonly settings: CampaignSettings; readonly source: string },
): Promise<{ readonly id: CampaignId } | { readonly refused: 'name_taken' }> {
  try {
    const { rows } = await db.raw<{ rows: { id: CampaignId }[] }>(
      `with campaign as (insert into campaigns (name) values (:name) returning id)
       insert into campaign_settings (campaign_id, version, settings, source)
       select id, 1, :settings::jsonb, :source::text from campaign returning campaign_id as id`,
      {
        name: campaign.settings.name,
        settings: JSON.stringify(campaign.settings),
        source: campaign.source,
      },
    );
    const id = rows[0]?.id;
    if (id === undefined) throw new Error('the campaign was not inserted');
    return { id };
  } catch (error) {
    if (sqlState(error) === uniqueViolation) return { refused: 'name_taken' };
    throw error;
  }
}

export async function findCampaign(db: Database, name: string): Promise<CampaignRecord | null> {
  return (await selectCampaigns(db, 'where k.name = :name', { name }))[0] ?? null;
}

export async function getCampaign(db: Database, id: CampaignId): Promise<CampaignRecord | null> {
  return (await selectCampaigns(db, 'where k.id = :id', { id }))[0] ?? null;
}

/** All campaigns, by name. */
export async function listCampaigns(db: Database): Promise<CampaignRecord[]> {
  return selectCampaigns(db, '', {});
}

interface CampaignRow {
  id: CampaignId;
  name: string;
  state: CampaignState;
  version: number;
  settings: CampaignSettings;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
}

async function selectCampaigns(
  db: Database,
  where: string,
  bindings: Record<string, string>,
): Promise<CampaignRecord[]> {
  const { rows } = await db.raw<{ rows: CampaignRow[] }>(
    `select k.id, k.name, k.state, s.version, s.settings, k.created_at, k.started_at, k.finished_at
     from campaigns k
     join campaign_settings s on s.campaign_id = k.id and s.version = k.settings_version
     ${where} order by k.name`,
    bindings,
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    state: row.state,
    settingsVersion: row.version,
    settings: row.settings,
    createdAt: isoTime(row.created_at),
    startedAt: isoTimeOrNull(row.started_at),
    finishedAt: isoTimeOrNull(row.finished_at),
  }));
}
