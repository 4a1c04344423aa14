import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { readCampaignFile } from '../../domain/campaign-file.ts';
import { loadConfig } from '../../runtime/config.ts';

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

function example(name: string): string {
  const match = new RegExp(`\`\`\`yaml ${name}\n([\\s\\S]*?)\`\`\``).exec(page);
  assert.ok(match?.[1], `no example ${name}`);
  return match[1];
}

describe('docs/configuration.md', () => {
  it('shows a dialer.yaml that is accepted', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'dialer-docs-'));
    try {
      writeFileSync(path.join(folder, 'dialer.yaml'), example('dialer.yaml'));
      writeFileSync(path.join(folder, 'ami.secret'), 'sample', { mode: 0o600 });
      const config = loadConfig({ cwd: folder, env: {} });
      assert.equal(config.trunks['carrier-a']?.callsPerSecond, 5);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('shows a campaign that is accepted, with every key of the table', () => {
    const value = parse(example('campaign')) as Record<string, unknown>;
    const reading = readCampaignFile(value, { trunks: ['carrier-a'], agents: ['ana'] });
    assert.ok(reading.ok, JSON.stringify(reading));
    const table = page.split('## Campaign file')[1]?.split('## Contacts CSV')[0] ?? '';
    for (const key of Object.keys(value)) assert.match(table, new RegExp(`\\| \`${key}`), key);
    for (const [, key] of table.matchAll(/^\| `([a-zA-Z]+)/gm)) assert.ok(key && key in value, key);
  });
});
