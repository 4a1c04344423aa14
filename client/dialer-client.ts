import type { CampaignId } from '../domain/ids.ts';
import type { ImportFault } from '../imports/csv-fault.ts';
import type { CampaignState, ManualActionResult } from '../workflows/messages.ts';
import type {
  AttemptRow,
  CampaignReport,
  CampaignStatus,
  CampaignSummary,
  ContactCounts,
  ContactDetails,
  NumberRow,
  ReclassifyReport,
  RecycleReport,
  SuppressionCheck,
  SuppressionImportProgress,
  SuppressionImportResult,
  SuppressionListRow,
  SuppressionRow,
} from './records.ts';

/**
 * The engine as a program uses it; the command line is made of these. Campaigns are named by their
 * name, contacts by their id.
 *
 * Errors: ConfigError (a bad campaign file), FileRefusedError (no contact could be read),
 * NotFoundError, RefusedError (a rule says no), NotReachableError; each with a stable `code`.
 */
export interface DialerClient {
  /** Takes the text of a campaign file, YAML or JSON. */
  createCampaign(
    file: string,
  ): Promise<{ campaignId: CampaignId; name: string; warnings: readonly string[] }>;
  listCampaigns(): Promise<readonly CampaignSummary[]>;
  /** May be repeated; a campaign that runs already goes on. */
  startCampaign(name: string): Promise<{ campaignId: CampaignId; state: CampaignState }>;
  /** Resolves when no contact is pending, or the campaign has ended otherwise. */
  waitUntilSettled(name: string, options?: WaitOptions): Promise<CampaignReport>;
  pauseCampaign(name: string, why?: Why): Promise<{ state: CampaignState }>;
  resumeCampaign(name: string, why?: Why): Promise<{ state: CampaignState }>;
  /** Ends the campaign: calls in progress go on to their end, nobody else is dialled. */
  cancelCampaign(name: string, why?: Why): Promise<{ state: CampaignState }>;
  /** New rules for a campaign, from the text of a campaign file of the same name. */
  changeSettings(
    name: string,
    file: string,
    why?: Why,
  ): Promise<{ version: number; warnings: readonly string[] }>;
  campaignStatus(name: string): Promise<CampaignStatus>;
  /**
   * Has settled contacts dialled again whose last status is one of those chosen. Needs Postgres alone. A
   * finished campaign becomes a draft, which can be started.
   */
  recycleCampaign(name: string, options: RecycleOptions): Promise<RecycleReport>;

  /** Reads a contacts CSV as a stream. Rows that cannot be used go to onFault, one by one. */
  importContacts(
    campaign: string,
    file: AsyncIterable<Uint8Array>,
    options?: ImportOptions,
  ): Promise<ImportResult>;
  showContact(contactId: string): Promise<ContactDetails>;
  reassignContact(
    contactId: string,
    to: { readonly campaign: string } | { readonly agent: string },
    why: Why & { readonly reason: string },
  ): Promise<ManualActionResult>;
  /** Skips the waiting only: never suppression, caps or the calling window. */
  callContactNow(contactId: string, why?: Why): Promise<ManualActionResult>;
  cancelContact(contactId: string, why?: Why): Promise<ManualActionResult>;
  /** Puts the contact's numbers on the suppression list of everybody. */
  suppressContact(contactId: string, why?: Why): Promise<ManualActionResult>;
  rescheduleContact(contactId: string, at: Date, why?: Why): Promise<ManualActionResult>;

  numbers(campaign: string): AsyncIterable<NumberRow>;
  attempts(campaign: string): AsyncIterable<AttemptRow>;
  /**
   * Classifies all attempts with an outcome again, by today's rules and today's dialer.yaml. Evidence and
   * decisions stay. May be interrupted and repeated, also while the campaign runs.
   */
  reclassifyAttempts(campaign: string, options?: ReclassifyOptions): Promise<ReclassifyReport>;
  /** Limited to contacts settled in a period when there is one. */
  report(campaign: string, period?: Period): Promise<CampaignReport>;

  /** An entry that is there keeps the newest date and the longest protection. */
  addSuppressions(numbers: readonly string[], options?: SuppressionEntryOptions): Promise<number>;
  /** Contacts that ended as `restricted` stay so. */
  removeSuppressions(
    numbers: readonly string[],
    options?: SuppressionRemovalOptions,
  ): Promise<number>;
  /** Reads a list as a stream and brings it in at once at the end, or not at all. */
  importSuppressions(
    file: AsyncIterable<Uint8Array>,
    options?: SuppressionImportOptions & ImportOptions,
  ): Promise<SuppressionImportResult>;
  checkSuppressions(
    numbers: readonly string[],
    scope?: SuppressionScope,
  ): Promise<readonly SuppressionCheck[]>;
  listSuppressions(options?: {
    readonly campaign?: string;
    readonly source?: string;
  }): AsyncIterable<SuppressionRow>;
  /** The sources of suppressions, with the number of their entries and their age. */
  suppressionLists(): Promise<readonly SuppressionListRow[]>;

  /** Closes all connections; may be called twice. */
  close(): Promise<void>;
}

/** For the audit log; never reaches Temporal. */
export interface Why {
  readonly reason?: string;
}

export interface RecycleOptions extends Why {
  /** Call statuses, and dial statuses in upper case. */
  readonly statuses: readonly string[];
  /** Only tells who would be dialled again. */
  readonly dryRun?: boolean;
}

export interface ReclassifyOptions extends Why {
  /** Only tells what would change. */
  readonly dryRun?: boolean;
}

export interface WaitOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (counts: ContactCounts) => void;
}

export interface ImportOptions {
  /** Awaited, so that a slow reader slows the import and not the other way round. */
  readonly onFault?: (fault: ImportFault) => void | Promise<void>;
}

/** `refused` counts rows, which may have several faults each. */
export interface ImportResult {
  readonly imported: number;
  readonly refused: number;
}

export interface Period {
  readonly from?: Date;
  readonly to?: Date;
}

export interface SuppressionScope {
  /** Of this campaign only; without it, of all. */
  readonly campaign?: string;
  /** How national numbers are read; default: the campaign's country. */
  readonly country?: string;
}

export interface SuppressionEntryOptions extends SuppressionScope, Why {
  /** Where they come from, such as a register; default `manual`, of a file `file`. */
  readonly source?: string;
  /** When they were made; default now. Of a file: of its rows that do not say it. */
  readonly date?: Date;
  /** Until when they hold; default for good. Of a file: of its rows that do not say it. */
  readonly expires?: Date;
}

export interface SuppressionRemovalOptions extends SuppressionScope, Why {
  /** Only the entries of this source. */
  readonly source?: string;
}

/** With a `source` the file is that source's list, and brings its age up to date. */
export interface SuppressionImportOptions extends SuppressionEntryOptions {
  /** When the source gave the list out; default now. */
  readonly listDate?: Date;
  /** The file is the whole list: entries of the source that are not in it are removed. */
  readonly replace?: boolean;
  /** Replaces even by a file that is empty, faulty or much smaller. */
  readonly force?: boolean;
  /** Only tells what would change. */
  readonly dryRun?: boolean;
  readonly onProgress?: (progress: SuppressionImportProgress) => void;
}
