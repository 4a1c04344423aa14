/** Campaigns and contacts in a test database, by the same doors as real ones. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { applyChangedRules } from '../../db/apply-changed-rules.ts';
import { activateSettingsVersion, storeSettingsVersion } from '../../db/campaign-settings.ts';
import { createCampaign } from '../../db/campaigns.ts';
import { insertContacts, type ContactToInsert } from '../../db/insert-contacts.ts';
import type { Database } from '../../db/open-database.ts';
import { setCampaignState } from '../../db/set-campaign-state.ts';
import { raiseOwnerEpoch } from '../../db/trunks.ts';
import type { CampaignSettings } from '../../domain/campaign-settings.ts';
import type { AttemptId, CampaignId, ContactId } from '../../domain/ids.ts';

export const testTrunk = 'carrier-a';

export function campaignSettings(changes: Partial<CampaignSettings> = {}): CampaignSettings {
  return {
    name: `campaign-${randomUUID().slice(0, 8)}`,
    trunks: [testTrunk],
    defaultCountry: 'MX',
    timeZone: 'UTC',
    callerId: null,
    ringTimeoutMs: 30_000,
    connect: { kind: 'play', sound: 'hello-world' },
    answeringMachine: null,
    callingWindow: null,
    attempts: { perContact: null, perNumberPerDay: null },
    recycle: {},
    retarget: [],
    ...changes,
  };
}

let lastNumber = 0;

/** A contact with made-up numbers; a number given twice is the same phone. */
export function contactToInsert(
  numbers: readonly string[] = [`+5255${String(++lastNumber).padStart(8, '0')}`],
  changes: Partial<ContactToInsert> = {},
): ContactToInsert {
  return {
    externalId: null,
    name: null,
    timeZone: null,
    country: null,
    attributes: {},
    numbers: numbers.map((e164) => ({ e164, phoneKey: phoneKeyOf(e164), valid: true })),
    ...changes,
  };
}

/** Stands for the HMAC: the database sees only that equal phones have equal keys. */
export function phoneKeyOf(e164: string): string {
  return `key-of-${e164}`;
}

export async function insertCampaign(
  db: Database,
  changes: Partial<CampaignSettings> = {},
  state: 'draft' | 'running' = 'running',
): Promise<{ campaignId: CampaignId; name: string }> {
  const settings = campaignSettings(changes);
  const created = await createCampaign(db, { settings, source: '' });
  assert.ok('id' in created);
  if (state === 'running') await setCampaignState(db, created.id, 'running');
  return { campaignId: created.id, name: settings.name };
}

/** Puts other settings in force, for those who wait as well; the campaign keeps its name. */
export async function changeRules(
  db: Database,
  { campaignId, name }: { readonly campaignId: CampaignId; readonly name: string },
  changes: Partial<CampaignSettings> = {},
): Promise<number> {
  const settings = campaignSettings({ ...changes, name });
  const version = await storeSettingsVersion(db, campaignId, { settings, source: '' });
  await activateSettingsVersion(db, campaignId, version);
  await applyChangedRules(db, campaignId);
  return version;
}

export async function insertTestContacts(
  db: Database,
  campaignId: CampaignId,
  contacts: readonly ContactToInsert[],
): Promise<ContactId[]> {
  const inserted = await insertContacts(db, { campaignId, contacts });
  assert.ok('results' in inserted);
  return inserted.results.map((result) => {
    assert.equal(result.kind, 'imported');
    return result.kind === 'imported' ? result.contactId : assert.fail();
  });
}

/** A running campaign with one contact per list of numbers, and an owned trunk. */
export async function dialable(
  db: Database,
  contacts: readonly ContactToInsert[] = [contactToInsert()],
  changes: Partial<CampaignSettings> = {},
) {
  const { campaignId, name } = await insertCampaign(db, changes);
  const contactIds = await insertTestContacts(db, campaignId, contacts);
  const ownerEpoch = await raiseOwnerEpoch(db, testTrunk, 'test');
  const contactId = contactIds[0];
  assert.ok(contactId !== undefined);
  return { campaignId, name, contactIds, contactId, ownerEpoch };
}

export function newAttemptId(): AttemptId {
  return randomUUID() as unknown as AttemptId;
}
