import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { readCampaignFile } from '../../domain/campaign-file.ts';
import { readRulePack } from '../../domain/rule-pack.ts';
import { readContactsCsv } from '../../imports/read-contacts-csv.ts';
import { readSuppressionsCsv } from '../../imports/read-suppressions-csv.ts';
import { loadConfig } from '../../runtime/config.ts';
import { shippedRulePackNames, shippedRulePacks } from '../../runtime/shipped-rule-packs.ts';
import { upper } from '../../runtime/config-environment.ts';
import { readCalendar } from '../../domain/holidays.ts';
import { entryKeys, plainKeys, valueSections } from '../../runtime/config-sections.ts';

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

function example(name: string): string {
  const match = new RegExp(`\`\`\`(?:yaml|csv) ${name}\n([\\s\\S]*?)\`\`\``).exec(page);
  assert.ok(match?.[1], `no example ${name}`);
  return match[1];
}

/** Every key of dialer.yaml, with `<name>` where the user chooses one. */
const keys = [
  ...Object.entries(plainKeys).flatMap(([section, entry]) =>
    Object.keys(entry).map((key) => `${section}.${key}`),
  ),
  ...Object.entries(entryKeys).flatMap(([section, entry]) =>
    Object.keys(entry).map((key) => `${section}.<name>.${key}`),
  ),
  ...valueSections.map((section) => `${section}.<name>`),
];

/** The keys in the first column of the table of dialer.yaml; `.b` after `a.x` is short for `a.b`. */
function keysOfTable(): string[] {
  const table = page.split('## dialer.yaml')[1]?.split('## Campaign file')[0] ?? '';
  const cells = [...table.matchAll(/^\| (`[a-z][^|]*) \|/gm)].map((match) => match[1] ?? '');
  return cells.flatMap((cell) => {
    const [first = '', ...others] = [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
    const stem = first.slice(0, first.lastIndexOf('.'));
    return [first, ...others.map((other) => stem + other)];
  });
}

async function readExample(name: string) {
  const contacts: string[][] = [];
  const refused: number[] = [];
  const bytes = (async function* () {
    yield Buffer.from(example(name));
  })();
  for await (const item of readContactsCsv(bytes, { defaultCountry: 'MX' })) {
    if ('contact' in item) contacts.push(item.contact.numbers.map(({ e164 }) => e164));
    else refused.push(item.faults[0]?.line ?? 0);
  }
  return { contacts, refused };
}

describe('docs/configuration.md', () => {
  it('shows a dialer.yaml that is accepted', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'dialer-docs-'));
    try {
      writeFileSync(path.join(folder, 'dialer.yaml'), example('dialer.yaml'));
      writeFileSync(path.join(folder, 'ami.secret'), 'sample', { mode: 0o600 });
      const calendars = new URL('../../examples/calendars', import.meta.url);
      cpSync(calendars, path.join(folder, 'calendars'), { recursive: true });
      const config = loadConfig({ cwd: folder, env: {} });
      assert.equal(config.trunks['carrier-a']?.callsPerSecond, 5);
      assert.ok(config.calendars['mx']?.includes('2026-12-25'));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('shows a campaign that is accepted, with every key of the table', () => {
    const value = parse(example('campaign')) as Record<string, unknown>;
    const calendars = { mx: ['2026-12-25'] };
    const { rulePacks } = loadConfig({ cwd: os.tmpdir(), path: os.devNull, env: {} });
    const names = { trunks: ['carrier-a'], agents: ['ana'], calendars, rulePacks };
    const reading = readCampaignFile(value, names);
    assert.ok(reading.ok, JSON.stringify(reading));
    const table = page.split('## Campaign file')[1]?.split('## Contacts CSV')[0] ?? '';
    for (const key of Object.keys(value)) assert.match(table, new RegExp(`\\| \`${key}`), key);
    for (const [, key] of table.matchAll(/^\| `([a-zA-Z]+)/gm)) assert.ok(key && key in value, key);
  });

  it('shows a suppression list that is accepted, with every column of the table', async () => {
    const bytes = (async function* () {
      yield Buffer.from(example('suppressed.csv'));
    })();
    const options = { phoneSecret: new Uint8Array(32), defaultCountry: 'MX', onlySource: null };
    const numbers: string[] = [];
    for await (const item of readSuppressionsCsv(bytes, { ...options, now: new Date() })) {
      assert.ok('entry' in item, JSON.stringify(item));
      numbers.push(item.entry.e164);
    }
    assert.deepEqual(numbers, ['+525550100200', '+525550110200', '+525550120200']);
    const table = page.split('## Suppression CSV')[1] ?? '';
    const columns = [...table.matchAll(/^\| `([a-z]+)` +\|/gm)].map((match) => match[1]);
    assert.deepEqual(columns, example('suppressed.csv').split('\n')[0]?.split(','));
  });

  it('shows a calendar that is accepted', () => {
    const reading = readCalendar(parse(example('calendar')));
    assert.deepEqual(reading, { ok: true, content: ['2026-09-16', '2026-12-25'] });
  });

  it('shows a rule pack that is accepted, and lists those that come with the product', () => {
    const reading = readRulePack('house', parse(example('rule pack')));
    assert.ok(reading.ok, JSON.stringify(reading));
    const [, table = ''] = page.split('### Rule packs');
    const rows = [...table.matchAll(/^\| \[([a-z0-9-]+)\]\S+ +\|(.*)$/gm)];
    assert.deepEqual(rows.map(([, name]) => name).sort(), shippedRulePackNames());
    for (const pack of shippedRulePacks()) {
      const row = rows.find(([, name]) => name === pack.name)?.[2] ?? '';
      for (const { fromMinute, toMinute } of pack.windows) {
        assert.ok(row.includes(`${fromMinute / 60}:00 to ${toMinute / 60}:00`), pack.name);
      }
      for (const { max, perMs } of pack.caps) {
        assert.match(row, perMs === null ? new RegExp(`${max} a day`) : /3 calls .* in 24h/);
      }
      for (const { forMs, after } of pack.coolOffs) {
        assert.ok(row.includes(`${forMs / 3_600_000}h after \`${after.join()}\``), pack.name);
      }
    }
  });

  it('has every key of callingWindow and no other', () => {
    const { callingWindow } = parse(example('campaign')) as { callingWindow: object };
    const cells = [...page.matchAll(/^\| `callingWindow(\.[^|]*?) *\|/gm)].map(
      (match) => match[1] ?? '',
    );
    const inTable = cells.flatMap((cell) => [...cell.matchAll(/\.([a-zA-Z]+)`/g)].map((m) => m[1]));
    assert.deepEqual(inTable.sort(), Object.keys(callingWindow).sort());
  });

  it('has every key of dialer.yaml and no other', () => {
    assert.deepEqual(keysOfTable().sort(), [...keys].sort());
  });

  it('says how every key is named in the environment', () => {
    const file = parse(example('dialer.yaml')) as Record<string, Record<string, unknown>>;
    const env: Record<string, string> = { DIALER_PBXS_MAIN_SECRET: 'sample' };
    for (const [section, entry] of Object.entries(file)) {
      for (const [key, value] of Object.entries(entry)) {
        if (section in plainKeys || typeof value === 'string')
          env[`DIALER_${upper(section)}_${upper(key)}`] = String(value);
        else {
          for (const [inner, text] of Object.entries(value as Record<string, unknown>)) {
            if (inner === 'secretFile') continue;
            env[`DIALER_${upper(section)}_${upper(key)}_${upper(inner)}`] = String(text);
          }
        }
      }
    }
    const examples = fileURLToPath(new URL('../../examples', import.meta.url));
    const config = loadConfig({ cwd: examples, path: os.devNull, env });
    assert.equal(config.http.port, 8080);
    assert.equal(config.trunks['carrier-a']?.channels, 30);
    assert.equal(config.agents['ana']?.endpoint, 'PJSIP/1001');
    assert.equal(env['DIALER_TRUNKS_CARRIER_A_CHANNELS'], '30');
  });

  it('shows contacts that are read as it says', async () => {
    assert.deepEqual(await readExample('contacts.csv'), {
      contacts: [['+525550100200'], ['+525550110200', '+525550120200'], ['+525550130200']],
      refused: [],
    });
  });

  it('shows rows that are refused, each of them', async () => {
    assert.deepEqual(await readExample('refused.csv'), { contacts: [], refused: [2, 3, 4, 5, 6] });
  });
});
