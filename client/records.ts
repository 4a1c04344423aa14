/**
 * What the engine tells about itself, in the shapes of the public surface: field names and meanings
 * are stable, and `--json` prints them as they are. Times are ISO 8601 UTC.
 */
import type { AuditRecord } from '../db/audit-log.ts';
import type { ContactDetails as StoredContact } from '../db/show-contact.ts';
import type { CampaignSettings } from '../domain/campaign-settings.ts';
import type { CampaignId } from '../domain/ids.ts';
import type { CampaignState } from '../workflows/messages.ts';

export type { AttemptRow } from '../db/attempts-list.ts';
export type { NumberRow } from '../db/numbers-list.ts';
export type { CampaignReport } from '../db/report.ts';
export type { SuppressionRow } from '../db/suppressions.ts';

/** connected + unanswered + failed + pending = total, always. */
export interface ContactCounts {
  readonly total: number;
  readonly connected: number;
  readonly unanswered: number;
  readonly failed: number;
  readonly pending: number;
}

export interface CampaignSummary extends ContactCounts {
  readonly campaignId: CampaignId;
  readonly name: string;
  readonly state: CampaignState;
  readonly createdAt: string;
}

export interface CampaignStatus extends CampaignSummary {
  readonly settingsVersion: number;
  readonly settings: CampaignSettings;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

/** A contact with all that is known of it, and what people did to it. */
export interface ContactDetails extends StoredContact {
  readonly history: readonly Pick<
    AuditRecord,
    'at' | 'actor' | 'action' | 'reason' | 'appliedAt'
  >[];
}
