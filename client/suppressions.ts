/** The Do-Not-Call list as people keep it: by numbers in any spelling, or as a file. */
import { writeAudit } from '../db/audit-log.ts';
import {
  addSuppressions as insertSuppressions,
  listSuppressions as readSuppressions,
  removeSuppressions as deleteSuppressions,
  type SuppressionRow,
} from '../db/suppressions.ts';
import { ConfigError } from '../domain/errors.ts';
import type { CampaignId } from '../domain/ids.ts';
import { phoneKey } from '../domain/phone-key.ts';
import { isCountry, readPhoneNumber } from '../domain/phone-number.ts';
import { showValue } from '../imports/csv-fault.ts';
import { importSuppressions as importFile } from '../imports/import-suppressions.ts';
import type { ClientDeps } from './client-deps.ts';
import type { ImportOptions, ImportResult, SuppressionScope } from './dialer-client.ts';
import { requireCampaign } from './require-campaign.ts';

/** Returns how many were not on the list. @throws ConfigError with every number that cannot be read */
export async function addSuppressions(
  deps: ClientDeps,
  numbers: readonly string[],
  scope: SuppressionScope = {},
): Promise<number> {
  const list = await findList(deps, scope);
  const read = await readNumbers(deps, numbers, list.country);
  await noteChange(deps, 'suppression.add', list.campaignId, read.length);
  return insertSuppressions(deps.db, { ...list, source: 'manual', numbers: read });
}

/** Returns how many were on the list. @throws ConfigError with every number that cannot be read */
export async function removeSuppressions(
  deps: ClientDeps,
  numbers: readonly string[],
  scope: SuppressionScope = {},
): Promise<number> {
  const list = await findList(deps, scope);
  const read = await readNumbers(deps, numbers, list.country);
  const phoneKeys = read.map((number) => number.phoneKey);
  await noteChange(deps, 'suppression.remove', list.campaignId, phoneKeys.length);
  return deleteSuppressions(deps.db, { campaignId: list.campaignId, phoneKeys });
}

/** A CSV file with a column `number`; `imported` counts rows that are on the list now. */
export async function importSuppressions(
  deps: ClientDeps,
  file: AsyncIterable<Uint8Array>,
  options: SuppressionScope & ImportOptions = {},
): Promise<ImportResult> {
  const { campaignId, country } = await findList(deps, options);
  const result = await importFile({
    db: deps.db,
    campaignId,
    file,
    phoneSecret: await deps.phoneSecret(),
    defaultCountry: country,
    onFault: options.onFault ?? (() => {}),
  });
  await noteChange(deps, 'suppression.import', campaignId, result.imported);
  return result;
}

export async function* listSuppressions(
  deps: ClientDeps,
  { campaign }: { readonly campaign?: string } = {},
): AsyncGenerator<SuppressionRow> {
  if (campaign === undefined) yield* readSuppressions(deps.db);
  else {
    const { id } = await requireCampaign(deps, campaign);
    yield* readSuppressions(deps.db, { campaignId: id });
  }
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

async function readNumbers(deps: ClientDeps, numbers: readonly string[], country: string | null) {
  const secret = await deps.phoneSecret();
  const readings = numbers.map((text) => ({ text, reading: readPhoneNumber(text, country) }));
  const faults = readings.flatMap(({ text, reading }) =>
    reading.ok ? [] : [{ path: showValue(text), message: reading.reason }],
  );
  if (faults.length > 0) throw new ConfigError(faults);
  return readings.flatMap(({ reading }) =>
    reading.ok ? [{ e164: reading.e164, phoneKey: phoneKey(reading.e164, secret) }] : [],
  );
}

async function noteChange(
  deps: ClientDeps,
  action: string,
  campaignId: CampaignId | null,
  count: number,
): Promise<void> {
  await writeAudit(deps.db, { actor: deps.actor, action, campaignId, details: { count } });
}
