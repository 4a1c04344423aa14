/**
 * What the engine tells about itself, in the shapes of the public surface: field names and meanings
 * are stable, and `--json` prints them as they are. Times are ISO 8601 UTC.
 */
import type { AuditRecord } from '../db/audit-log.ts';
import type { LeftOut } from '../db/recycle-contacts.ts';
import type { ContactDetails as StoredContact } from '../db/show-contact.ts';
import type { SuppressionRow } from '../db/suppressions.ts';
import type { CallStatus } from '../domain/call-status.ts';
import type { CampaignSettings } from '../domain/campaign-settings.ts';
import type { DialStatus } from '../domain/dial-status.ts';
import type { AuditId, CampaignId } from '../domain/ids.ts';
import type { CampaignState } from '../workflows/messages.ts';

export type { AttemptRow } from '../db/attempts-list.ts';
export type { NumberRow } from '../db/numbers-list.ts';
export type { CampaignReport } from '../db/report.ts';
export type { SuppressionListRow } from '../db/suppression-lists.ts';
export type { SuppressionRow } from '../db/suppressions.ts';
export type {
  SuppressionImportProgress,
  SuppressionImportResult,
} from '../imports/import-suppressions.ts';

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

/** How an attempt is read: its statuses and the rule that decided; null for rules that had no name. */
export interface AttemptReading {
  readonly dialStatus: DialStatus | null;
  readonly callStatus: CallStatus;
  readonly rule: string | null;
}

/** The same twice when only another detail changed, such as the confidence or a duration. */
export interface ReadingChange {
  readonly from: AttemptReading;
  readonly to: AttemptReading;
  readonly attempts: number;
}

/** What stands against calling a number: entries of everybody's list and of the campaign's. */
export interface SuppressionCheck {
  /** E.164. */
  readonly number: string;
  /** One of the entries is in force now. */
  readonly suppressed: boolean;
  readonly entries: readonly Omit<SuppressionRow, 'number'>[];
}

/** What classifying again has changed, or in a dry run would change. */
export interface ReclassifyReport {
  readonly campaign: string;
  readonly dryRun: boolean;
  /** Attempts with an outcome, those of `skipped` included. */
  readonly attempts: number;
  /** Those that are read differently. */
  readonly changed: number;
  /** The most frequent first. */
  readonly changes: readonly ReadingChange[];
  /** Contacts with another call status. */
  readonly contactsChanged: number;
  /** Those of them that were pending: they had been reached, and are not dialled again. */
  readonly contactsSettled: number;
  /** Attempts of trunks that dialer.yaml does not have any more; they stay as they are. */
  readonly skipped: readonly { readonly trunk: string; readonly attempts: number }[];
  /** The entry of the audit log; null when nothing was changed. */
  readonly auditId: AuditId | null;
}

/** Whom recycling a list has dialled again, or in a dry run would; a contact is counted once. */
export interface RecycleReport {
  readonly campaign: string;
  readonly dryRun: boolean;
  /** Of the campaign afterwards: a draft is to be started. */
  readonly state: CampaignState;
  /** Settled contacts with one of the chosen statuses. */
  readonly contacts: number;
  /** Those of them that wait again. */
  readonly reopened: number;
  readonly byCallStatus: readonly {
    readonly callStatus: CallStatus;
    readonly reopened: number;
    readonly leftOut: number;
  }[];
  /** Those that stay settled, by the first reason. */
  readonly leftOut: readonly { readonly reason: LeftOut; readonly contacts: number }[];
  /** The entry of the audit log; null in a dry run. */
  readonly auditId: AuditId | null;
}
