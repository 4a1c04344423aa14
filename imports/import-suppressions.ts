import { noteSuppressionList } from '../db/suppression-lists.ts';
import {
  stageSuppressions,
  type StagedEffect,
  type StagedEntry,
  type SuppressionStage,
} from '../db/stage-suppressions.ts';
import type { Database } from '../db/open-database.ts';
import { RefusedError } from '../domain/errors.ts';
import type { CampaignId } from '../domain/ids.ts';
import { doubtListImport } from '../domain/judge-list-import.ts';
import type { ImportFault } from './csv-fault.ts';
import { readSuppressionsCsv, type SuppressionEntry } from './read-suppressions-csv.ts';

export interface ImportSuppressionsOptions {
  readonly db: Database;
  /** null: for every campaign. */
  readonly campaignId: CampaignId | null;
  /** The bytes of the file; never held in memory as a whole. */
  readonly file: AsyncIterable<Uint8Array>;
  readonly phoneSecret: Uint8Array;
  readonly defaultCountry: string | null;
  /** Of rows that name none. Named: the file brings this source's list up to date. null: `file`. */
  readonly source: string | null;
  /** When the source gave the list out; null: now. */
  readonly listDate: Date | null;
  /**
   * When the entries were made whose rows do not say it. null: those that were there keep their date, new
   * ones get the list's.
   */
  readonly date: Date | null;
  /** Until when entries hold whose rows do not say it; null: for good. */
  readonly expires: Date | null;
  /** The file is all of the source's list: what is not in it is removed. Needs a source. */
  readonly replace: boolean;
  /** A person has seen why the file is doubtful, and wants it. */
  readonly force: boolean;
  /** Only tells what would change. */
  readonly dryRun: boolean;
  readonly now: Date;
  readonly onFault: (fault: ImportFault) => void | Promise<void>;
  readonly onProgress: (progress: SuppressionImportProgress) => void;
  /** Ends the transaction of the import: an audit entry. */
  readonly onBroughtIn: (trx: Database, result: SuppressionImportResult) => Promise<void>;
}

export interface SuppressionImportProgress {
  /** Read so far, faulty ones included. */
  readonly rows: number;
  /** The file is read; its entries are being brought in. */
  readonly isStoring: boolean;
}

/** `imported` counts rows that are on the list now; so many numbers as rows, or fewer. */
export interface SuppressionImportResult {
  readonly imported: number;
  readonly refused: number;
  readonly dryRun: boolean;
  readonly added: number;
  /** Entries that were there and got a newer date or hold longer; in a replacement also the contrary. */
  readonly changed: number;
  /** Entries that hold longer than the file says, because of what was there. */
  readonly keptLonger: number;
  /** In a replacement: entries of the source that are not in the file. */
  readonly removed: number;
  /** As of when the source's list counts from now on; null: no source was named, or there is a doubt. */
  readonly listDate: string | null;
  /** Why this is perhaps not the whole list; with `force` nobody relies on it. */
  readonly doubt: string | null;
}

const batchSize = 10_000;

/**
 * Puts the numbers of a file on a suppression list, all at once at the end. Those that are on it already
 * count as imported, because what matters is that they are not dialled; their date and protection only
 * grow, unless the file replaces the list.
 * @throws FileRefusedError, RefusedError `LIST_DOUBTFUL` (a replacement without `force`); nothing changed
 */
export async function importSuppressions(
  options: ImportSuppressionsOptions,
): Promise<SuppressionImportResult> {
  const stage = await stageSuppressions(options.db);
  try {
    const rows = await fillStage(stage, options);
    options.onProgress({ rows: rows.read + rows.refused, isStoring: true });
    return await bringIn(stage, rows, options);
  } finally {
    await stage.close();
  }
}

interface RowCounts {
  readonly read: number;
  readonly refused: number;
}

async function fillStage(
  stage: SuppressionStage,
  options: ImportSuppressionsOptions,
): Promise<RowCounts> {
  const { phoneSecret, defaultCountry, now } = options;
  const onlySource = options.replace ? options.source : null;
  const reading = { phoneSecret, defaultCountry, onlySource, now };
  let read = 0;
  let refused = 0;
  let batch: StagedEntry[] = [];
  // Postgres takes a batch in while the next one is read.
  let storing = Promise.resolve();
  const flush = async () => {
    await storing;
    storing = stage.add(batch);
    // Its failure is met at the next flush, or at the end.
    storing.catch(() => {});
    batch = [];
    options.onProgress({ rows: read + refused, isStoring: false });
  };
  try {
    for await (const item of readSuppressionsCsv(options.file, reading)) {
      if ('entry' in item) {
        read += 1;
        batch.push(withDefaults(item.entry, options));
        if (batch.length === batchSize) await flush();
      } else {
        refused += 1;
        for (const fault of item.faults) await options.onFault(fault);
      }
    }
    await flush();
  } finally {
    await storing;
  }
  return { read, refused };
}

function withDefaults(entry: SuppressionEntry, options: ImportSuppressionsOptions): StagedEntry {
  return {
    ...entry,
    source: entry.source ?? options.source ?? 'file',
    listedAt: entry.listedAt ?? options.date,
    expiresAt: entry.expiresAt ?? options.expires,
  };
}

async function bringIn(
  stage: SuppressionStage,
  rows: RowCounts,
  options: ImportSuppressionsOptions,
): Promise<SuppressionImportResult> {
  const { campaignId, source, replace, force, dryRun } = options;
  const listDate = options.listDate ?? options.now;
  const resultOf = (effect: StagedEffect): SuppressionImportResult => {
    const { added, changed, keptLonger, removed } = effect;
    const doubt = doubtListImport({ ...rows, ...effect }, { replace });
    const isUpToDate = source !== null && (doubt === null || force);
    return {
      imported: rows.read,
      refused: rows.refused,
      dryRun,
      ...{ added, changed, keptLonger, removed },
      listDate: isUpToDate ? listDate.toISOString() : null,
      doubt,
    };
  };
  const effect = await stage.bringIn(
    { campaignId, replacedSource: replace ? source : null, defaultListedAt: listDate },
    (planned) => {
      if (dryRun) return false;
      const { doubt } = resultOf(planned);
      if (replace && doubt !== null && !force) throw doubtful(doubt);
      return true;
    },
    async (trx, done) => {
      const result = resultOf(done);
      if (source !== null && result.listDate !== null) {
        await noteSuppressionList(trx, { source, campaignId, listDate, replaced: replace });
      }
      await options.onBroughtIn(trx, result);
    },
  );
  return resultOf(effect);
}

function doubtful(doubt: string): RefusedError {
  return new RefusedError(
    'LIST_DOUBTFUL',
    `The list was not replaced: ${doubt}. If this is what you want, say so (--force).`,
  );
}
