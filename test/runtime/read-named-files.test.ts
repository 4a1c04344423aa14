import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { ConfigError } from '../../domain/errors.ts';
import { loadConfig } from '../../runtime/config.ts';
import { shippedRulePackNames } from '../../runtime/shipped-rule-packs.ts';
import { temporaryFolder } from './temporary-folder.ts';

const christmas = '- { date: 2026-12-25, name: Navidad, source: "LFT, art. 74, VIII" }\n';

function folderWith(t: TestContext, yaml: string, files: Readonly<Record<string, string>>): string {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 'dialer.yaml'), yaml);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  return cwd;
}

function faultsOf(cwd: string, env: Record<string, string> = {}) {
  try {
    loadConfig({ cwd, env });
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.faults;
  }
  return [];
}

describe('the calendars of dialer.yaml', () => {
  it('are read beside it, by their names', (t) => {
    const cwd = folderWith(t, 'calendars: { mx: ./mx.yaml, my-own: ./own.yaml }\n', {
      'mx.yaml': `- { date: 2027-01-01, name: Año Nuevo, source: LFT }\n${christmas}`,
      'own.yaml': '[{ "date": "2026-08-03", "name": "Inventory", "source": "the company" }]',
    });
    const { calendars } = loadConfig({ cwd, env: {} });
    assert.deepEqual(Object.keys(calendars), ['mx', 'my-own']);
    assert.deepEqual(calendars['mx'], ['2026-12-25', '2027-01-01']);
    assert.deepEqual(calendars['my-own'], ['2026-08-03']);
    assert.equal(calendars['constructor'], undefined);
  });

  it('are none without the section', (t) => {
    const cwd = temporaryFolder(t);
    assert.deepEqual(Object.keys(loadConfig({ cwd, env: {} }).calendars), []);
  });

  it('can be named by the environment, which wins; the path is that of the current folder', (t) => {
    const cwd = temporaryFolder(t);
    mkdirSync(join(cwd, 'etc'));
    writeFileSync(join(cwd, 'etc', 'dialer.yaml'), 'calendars: { my-own: ./missing.yaml }\n');
    writeFileSync(join(cwd, 'own.yaml'), christmas);
    const env = { DIALER_CALENDARS_MY_OWN: 'own.yaml', DIALER_CALENDARS_MX: 'own.yaml' };
    const { calendars } = loadConfig({ cwd, path: 'etc/dialer.yaml', env });
    assert.deepEqual({ ...calendars }, { 'my-own': ['2026-12-25'], mx: ['2026-12-25'] });
  });

  it('report all their faults, and name the variable that a path came from', (t) => {
    const cwd = folderWith(
      t,
      'calendars: { gone: ./gone.yaml, odd: ./odd.yaml, twice: ./twice.yaml, bad: ./bad.yaml, Up: ./odd.yaml, none: 3 }\n',
      {
        'odd.yaml': '- [: {',
        'twice.yaml': christmas + christmas,
        'bad.yaml': '- { date: 2026-02-30, name: a, source: b }\n- { date: 2026-03-01, name: a }\n',
      },
    );
    const faults = faultsOf(cwd, { DIALER_CALENDARS_ENV: 'gone.yaml' });
    const messageAt = (path: string) => faults.find((fault) => fault.path === path)?.message ?? '';
    assert.match(messageAt('calendars.gone'), /gone\.yaml cannot be read \(ENOENT\)/);
    assert.match(messageAt('calendars.odd'), /odd\.yaml is no YAML: /);
    assert.match(messageAt('calendars.twice'), /\[1\]: 2026-12-25 is here twice/);
    assert.match(
      messageAt('calendars.bad'),
      /\[0\]\.date: there is no 2026-02-30.*\[1\]\.source: /,
    );
    assert.match(messageAt('calendars.none'), /the path of a calendar file/);
    assert.match(messageAt('calendars.Up'), /name/);
    assert.match(messageAt('DIALER_CALENDARS_ENV'), /gone\.yaml cannot be read/);
  });
});

describe('the rule packs of dialer.yaml', () => {
  const own = `title: House rules
jurisdiction: our own
date: 2026-11-26
coolOffs:
  - { after: [rejected], for: 90d, law: a, url: 'https://intranet.example/1', read: text, says: b }
notRepresented: [Callers introduce themselves.]
`;

  it('stand beside those that come with the product', (t) => {
    const cwd = folderWith(t, 'rulePacks: { house: ./house.yaml }\n', { 'house.yaml': own });
    const { rulePacks } = loadConfig({ cwd, env: {} });
    assert.deepEqual(Object.keys(rulePacks).sort(), [...shippedRulePackNames(), 'house'].sort());
    assert.equal(rulePacks['house']?.coolOffs[0]?.rule, 'house: 90d after rejected');
    assert.equal(rulePacks['constructor'], undefined);
  });

  it('are refused with all faults of their file, and under the name of one of the product', (t) => {
    const cwd = folderWith(t, 'rulePacks: { us-tsr: ./house.yaml, odd: ./odd.yaml }\n', {
      'house.yaml': own,
      'odd.yaml': own.replace('90d', '90').replace('rejected', 'declined'),
    });
    const faults = faultsOf(cwd);
    const messageAt = (path: string) => faults.find((fault) => fault.path === path)?.message ?? '';
    assert.match(messageAt('rulePacks.us-tsr'), /comes with the product: .* my-us-tsr/);
    assert.match(messageAt('rulePacks.odd'), /coolOffs\[0\]\.after\[0\]: .*coolOffs\[0\]\.for: /);
  });
});
