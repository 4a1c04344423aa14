/** The Do-Not-Call list as people keep it: by numbers in any spelling, or as a file. */
import { writeAudit } from '../db/audit-log.ts';
import type { Database } from '../db/open-database.ts';
import { suppressionLists as readLists } from '../db/suppression-lists.ts';
import {
  addSuppressions as insertSuppressions,
  findSuppressions,
  listSuppressions as readSuppressions,
  removeSuppressions as deleteSuppressions,
  type SuppressionRow,
} from '../db/suppressions.ts';
import { ConfigError, type Fault } from '../domain/errors.ts';
import type { CampaignId } from '../domain/ids.ts';
import { readKeyedPhone, type KeyedPhone } from '../domain/phone-key.ts';
import { isCountry } from '../domain/phone-number.ts';
import { readSuppressionSource, sourceHint } from '../domain/suppression-source.ts';
import { showValue } from '../imports/csv-fault.ts';
import { importSuppressions as importFile } from '../imports/import-suppressions.ts';
import type { ClientDeps } from './client-deps.ts';
import type {
  DialerClient,
  ImportOptions,
  SuppressionEntryOptions,
  SuppressionImportOptions,
  SuppressionRemovalOptions,
  SuppressionScope,
} from './dialer-client.ts';
import type { SuppressionCheck, SuppressionImportResult } from './records.ts';
import { requireCampaign } from './require-campaign.ts';

/** Returns how many were not on the list. @throws ConfigError with every number that cannot be read */
export async function addSuppressions(
  deps: ClientDeps,
  numbers: readonly string[],
  options: SuppressionEntryOptions = {},
): Promise<number> {
  const { campaignId, country } = await findList(deps, options);
  const source = readSource(options.source) ?? 'manual';
  const read = await readNumbers(deps, numbers, country);
  await noteChange(deps, 'suppression.add', {
    campaignId,
    reason: options.reason,
    details: { source, count: read.length },
  });
  return insertSuppressions(deps.db, {
    campaignId,
    source,
    listedAt: options.date ?? null,
    expiresAt: options.expires ?? null,
    numbers: read,
  });
}

/** Returns how many were on the list. @throws ConfigError with every number that cannot be read */
export async function removeSuppressions(
  deps: ClientDeps,
  numbers: readonly string[],
  options: SuppressionRemovalOptions = {},
): Promise<number> {
  const { campaignId, country } = await findList(deps, options);
  const source = readSource(options.source);
  const phoneKeys = (await readNumbers(deps, numbers, country)).map(({ phoneKey }) => phoneKey);
  await noteChange(deps, 'suppression.remove', {
    campaignId,
    reason: options.reason,
    details: { source, count: phoneKeys.length },
  });
  return deleteSuppressions(deps.db, { campaignId, phoneKeys, source });
}

/**
 * A CSV file with a column `number`, or numbers alone. The whole file is brought in at once, with one
 * entry in the audit log. @throws FileRefusedError, ConfigError, RefusedError `LIST_DOUBTFUL`
 */
export async function importSuppressions(
  deps: ClientDeps,
  file: AsyncIterable<Uint8Array>,
  options: SuppressionImportOptions & ImportOptions = {},
): Promise<SuppressionImportResult> {
  const { campaignId, country } = await findList(deps, options);
  const source = readSource(options.source);
  const { replace = false, force = false, dryRun = false } = options;
  if (replace && source === null) {
    throw new ConfigError([{ path: 'source', message: 'name the source that is to be replaced' }]);
  }
  return importFile({
    db: deps.db,
    ...{ campaignId, file, source, replace, force, dryRun },
    phoneSecret: await deps.phoneSecret(),
    defaultCountry: country,
    listDate: options.listDate ?? null,
    date: options.date ?? null,
    expires: options.expires ?? null,
    now: new Date(),
    onFault: options.onFault ?? (() => {}),
    onProgress: options.onProgress ?? (() => {}),
    onBroughtIn: (trx, { dryRun: _dryRun, ...counts }) =>
      noteChange({ ...deps, db: trx }, 'suppression.import', {
        campaignId,
        reason: options.reason,
        details: { source: source ?? 'file', replace, force, ...counts },
      }),
  });
}

/** What stands against calling each of these numbers, in their order. */
export async function checkSuppressions(
  deps: ClientDeps,
  numbers: readonly string[],
  scope: SuppressionScope = {},
): Promise<SuppressionCheck[]> {
  const { campaignId, country } = await findList(deps, scope);
  const read = await readNumbers(deps, numbers, country);
  const phoneKeys = read.map(({ phoneKey }) => phoneKey);
  const found = await findSuppressions(deps.db, { campaignId, phoneKeys });
  return read.map(({ e164, phoneKey }) => {
    const entries = (found.get(phoneKey) ?? []).map(({ number: _number, ...entry }) => entry);
    return { number: e164, suppressed: entries.some(({ inForce }) => inForce), entries };
  });
}

export async function* listSuppressions(
  deps: ClientDeps,
  options: { readonly campaign?: string; readonly source?: string } = {},
): AsyncGenerator<SuppressionRow> {
  const { campaign, source } = options;
  yield* readSuppressions(deps.db, {
    ...(campaign === undefined ? {} : { campaignId: (await requireCampaign(deps, campaign)).id }),
    ...(source === undefined ? {} : { source }),
  });
}

export function suppressionLists(deps: ClientDeps): ReturnType<DialerClient['suppressionLists']> {
  return readLists(deps.db);
}

async function findList(
  deps: ClientDeps,
  { campaign: name, country: given }: SuppressionScope,
): Promise<{ campaignId: CampaignId | null; country: string | null }> {
  const campaign = name === undefined ? null : await requireCampaign(deps, name);
  const country = given?.toUpperCase() ?? campaign?.settings.defaultCountry ?? null;
  if (country !== null && !isCountry(country)) {
    const message = 'this is not a country: write its two letters, such as MX';
    throw new ConfigError([{ path: 'country', message }]);
  }
  return { campaignId: campaign?.id ?? null, country };
}

function readSource(given: string | undefined): string | null {
  if (given === undefined) return null;
  const source = readSuppressionSource(given);
  if (source === null) throw new ConfigError([{ path: 'source', message: sourceHint }]);
  return source;
}

async function readNumbers(
  deps: ClientDeps,
  numbers: readonly string[],
  country: string | null,
): Promise<KeyedPhone[]> {
  const secret = await deps.phoneSecret();
  const faults: Fault[] = [];
  const phones = numbers.flatMap((text) => {
    const reading = readKeyedPhone(text, { country, secret });
    if (reading.ok) return [reading];
    faults.push({ path: showValue(text), message: reading.reason });
    return [];
  });
  if (faults.length > 0) throw new ConfigError(faults);
  return phones;
}

/** Who and how many; never which number. */
async function noteChange(
  { db, actor }: { readonly db: Database; readonly actor: string },
  action: string,
  change: {
    readonly campaignId: CampaignId | null;
    readonly reason: string | undefined;
    readonly details: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  await writeAudit(db, { ...change, actor, action, reason: change.reason ?? null });
}
