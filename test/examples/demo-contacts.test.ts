import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { farEndOf } from '../../asterisk/carrier-plan.ts';
import { callStatuses, type CallStatus } from '../../domain/call-status.ts';
import { readCampaignFile } from '../../domain/campaign-file.ts';
import type { CampaignSettings } from '../../domain/campaign-settings.ts';
import type { NewContact } from '../../domain/contact-row.ts';
import type { NumberState } from '../../domain/choose-number.ts';
import { decideNext } from '../../domain/decide-next.ts';
import type { NumberId } from '../../domain/ids.ts';
import { canonicalNumber, isDialable, readPhoneNumber } from '../../domain/phone-number.ts';
import { readContactsCsv } from '../../imports/read-contacts-csv.ts';

const demo = (name: string) => new URL(`../../examples/demo/${name}`, import.meta.url);

describe('the demo', async () => {
  const settings = await readSettings();
  const { contacts, refusedLines } = await readContacts();
  const suppressed = await readSuppressed();

  it('has about 40 contacts that can be imported and 7 rows that cannot', () => {
    assert.equal(contacts.length + refusedLines.length, 47);
    // The duplicate is found by the database, not by reading.
    assert.deepEqual(refusedLines, [42, 43, 44, 45, 46, 48]);
    assert.equal(
      contacts.filter(({ attributes }) => attributes['expected'] === 'refused').length,
      1,
    );
  });

  for (const contact of contacts) {
    const expected = contact.attributes['expected'];
    if (expected === 'refused') continue;
    it(`gives ${contact.externalId} the status ${expected} (${contact.attributes['meets']})`, () => {
      assert.ok(contact.numbers.every(({ e164 }) => isDialable(e164)));
      const { status, attempts } = play(contact, settings, suppressed);
      assert.equal(status, expected);
      assert.ok(attempts <= 5, `${attempts} attempts`);
    });
  }

  it('dials no phone twice under two contacts', () => {
    const phones = contacts
      .filter(({ attributes }) => attributes['expected'] !== 'refused')
      .flatMap(({ numbers }) => numbers.map(({ e164 }) => canonicalNumber(e164)));
    assert.equal(new Set(phones).size, phones.length);
  });

  it('meets every call status that an attempt or the rules can give in this version', () => {
    const met = new Set(contacts.map(({ attributes }) => attributes['expected']));
    const notYet = ['transferred', 'voicemail', 'abandoned', 'unconfirmed', 'cancelled'];
    const missing = callStatuses.filter((status) => !met.has(status) && !notYet.includes(status));
    assert.deepEqual(missing, []);
  });
});

/** A contact's way through the rules, with the carrier plan at the other end. */
function play(
  { numbers }: NewContact,
  settings: CampaignSettings,
  suppressed: ReadonlySet<string>,
): { status: CallStatus; attempts: number } {
  const isSuppressed = (e164: string) => suppressed.has(canonicalNumber(e164));
  const states = numbers.map(({ e164, valid }, index): NumberState & { e164: string } => ({
    e164,
    id: String(index) as unknown as NumberId,
    callStatus: isSuppressed(e164) ? 'restricted' : valid ? null : 'invalid_number',
    dialStatus: null,
    settledAt: null,
    dialable: valid && !isSuppressed(e164),
  }));
  let current = states.find(({ dialable }) => dialable);
  if (current === undefined)
    return { status: states[0]?.callStatus ?? 'failed', attempts: 0 } as never;
  const attemptsByStatus: Record<string, number> = {};
  const redialsGranted: Record<string, number> = {};
  const calls = new Map<string, number>();
  for (let attempts = 1; ; attempts += 1) {
    const { e164, id } = current;
    const { callStatus, dialStatus } = farEndOf(e164, calls.get(e164) ?? 0).expected;
    calls.set(e164, (calls.get(e164) ?? 0) + 1);
    attemptsByStatus[callStatus] = (attemptsByStatus[callStatus] ?? 0) + 1;
    const now = new Date(attempts * 10_000);
    const decision = decideNext({
      now,
      attemptedAt: now.toISOString(),
      random: 0,
      timeZone: null,
      numberZones: null,
      settings,
      callStatus,
      dialStatus,
      numberId: id,
      attempts,
      attemptsByStatus,
      redialsGranted,
      numbers: states,
      retargetedCampaigns: [settings.name],
    });
    if (decision.next === 'end') return { status: decision.callStatus, attempts };
    assert.equal(decision.next, 'dial');
    const { becauseOf } = decision;
    if (becauseOf !== null) redialsGranted[becauseOf] = (redialsGranted[becauseOf] ?? 0) + 1;
    else
      states[states.indexOf(current)] = {
        ...current,
        callStatus,
        dialStatus,
        settledAt: now.toISOString(),
      };
    current = states.find((state) => state.id === decision.numberId) ?? assert.fail();
  }
}

async function readSettings(): Promise<CampaignSettings> {
  const file: unknown = parse(await readFile(demo('campaign.yaml'), 'utf8'));
  const reading = readCampaignFile(file, { trunks: ['carrier-a'], agents: [] });
  assert.ok(reading.ok, JSON.stringify(reading));
  return reading.settings;
}

async function readContacts() {
  const contacts: NewContact[] = [];
  const refusedLines: number[] = [];
  const file = createReadStream(demo('contacts.csv')) as AsyncIterable<Uint8Array>;
  for await (const item of readContactsCsv(file, { defaultCountry: 'MX' })) {
    if ('contact' in item) contacts.push(item.contact);
    else refusedLines.push(item.faults[0]?.line ?? 0);
  }
  return { contacts, refusedLines };
}

async function readSuppressed(): Promise<ReadonlySet<string>> {
  const [header, ...lines] = (await readFile(demo('suppressed.csv'), 'utf8')).trim().split('\n');
  assert.equal(header, 'number');
  const numbers = lines.map((line) => {
    const reading = readPhoneNumber(line, 'MX');
    assert.ok(reading.ok, line);
    return canonicalNumber(reading.e164);
  });
  return new Set(numbers);
}
