import assert from 'node:assert/strict';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { ConfigError } from '../../domain/errors.ts';
import { loadConfig } from '../../runtime/config.ts';
import { makeCertificate } from '../support/make-certificate.ts';
import { temporaryFolder } from './temporary-folder.ts';

const whole = `
database: { url: postgres://dialer@127.0.0.1/dialer }
temporal: { address: 127.0.0.1:7233, namespace: calls }
http: { host: 127.0.0.1, port: 8081 }
pbxs:
  main: { host: 127.0.0.1, port: 5038, username: dialer, secretFile: ./ami.secret, reasonDialect: issabel }
agents:
  ana: { endpoint: PJSIP/1001 }
trunks:
  carrier-a: { pbx: main, dialString: "PJSIP/{number}@carrier-a", callsPerSecond: 5, channels: 30, numberFormat: digits }
`;

function folderWith(t: TestContext, yaml: string | null, secret = 'hunter2\n'): string {
  const cwd = temporaryFolder(t);
  if (yaml !== null) writeFileSync(join(cwd, 'dialer.yaml'), yaml);
  writeFileSync(join(cwd, 'ami.secret'), secret, { mode: 0o600 });
  return cwd;
}

function faultsOf(cwd: string, env: Record<string, string> = {}, path?: string) {
  try {
    loadConfig({ cwd, env, path });
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.faults;
  }
  return [];
}

function onePbx(keys: string): string {
  return `pbxs: { main: { host: 127.0.0.1, username: dialer, secretFile: ami.secret${keys} } }\n`;
}

function oneTrunk(keys: Record<string, string>): string {
  const all = {
    pbx: 'main',
    dialString: '"PJSIP/{number}@a"',
    callsPerSecond: '5',
    channels: '30',
    ...keys,
  };
  const text = Object.entries(all).map(([key, value]) => `${key}: ${value}`);
  return `${onePbx('')}trunks: { carrier-a: { ${text.join(', ')} } }\n`;
}

describe('the configuration', () => {
  it('is read whole from dialer.yaml', (t) => {
    const cwd = folderWith(t, whole);
    const config = loadConfig({ cwd, env: {} });
    assert.equal(config.file, join(cwd, 'dialer.yaml'));
    assert.equal(config.dataDir, join(cwd, '.dialer'));
    assert.equal(config.database?.url, 'postgres://dialer@127.0.0.1/dialer');
    assert.deepEqual(config.temporal, { address: '127.0.0.1:7233', namespace: 'calls' });
    assert.deepEqual(config.http, { host: '127.0.0.1', port: 8081 });
    assert.equal(config.pbxs['main']?.secret(), 'hunter2');
    assert.equal(config.pbxs['main'].reasonDialect, 'issabel');
    assert.deepEqual(config.agents['ana'], { endpoint: 'PJSIP/1001' });
    assert.deepEqual(config.trunks['carrier-a'], {
      pbx: 'main',
      dialString: 'PJSIP/{number}@carrier-a',
      callsPerSecond: 5,
      channels: 30,
      numberFormat: 'digits',
      ringing: true,
    });
    assert.deepEqual(config.warnings, []);
  });

  it('is all embedded without a file, or with an empty one', (t) => {
    for (const yaml of [null, '', '# nothing yet\n']) {
      const config = loadConfig({ cwd: folderWith(t, yaml), env: {} });
      assert.equal(config.database, null);
      assert.equal(config.temporal, null);
      assert.deepEqual(config.http, { host: '127.0.0.1', port: 8080 });
      assert.deepEqual(Object.keys(config.pbxs), []);
    }
  });

  it('can come from the environment alone, every key of it', (t) => {
    const cwd = folderWith(t, null);
    const config = loadConfig({
      cwd,
      env: {
        DIALER_DATABASE_URL: 'postgresql://dialer:x@db.example/dialer',
        DIALER_TEMPORAL_ADDRESS: 'temporal:7233',
        DIALER_TEMPORAL_NAMESPACE: 'calls',
        DIALER_HTTP_HOST: '0.0.0.0',
        DIALER_HTTP_PORT: '9000',
        DIALER_HTTP_ALLOW_REMOTE: 'true',
        DIALER_PBXS_MAIN_HOST: 'pbx.example',
        DIALER_PBXS_MAIN_PORT: '5039',
        DIALER_PBXS_MAIN_USERNAME: '0123',
        DIALER_PBXS_MAIN_SECRET: 's3cret',
        DIALER_PBXS_MAIN_REASON_DIALECT: 'issabel',
        DIALER_PBXS_MAIN_PLAINTEXT: 'true',
        DIALER_AGENTS_ANA_ENDPOINT: 'PJSIP/1001',
        DIALER_TRUNKS_CARRIER_A_PBX: 'main',
        DIALER_TRUNKS_CARRIER_A_DIAL_STRING: 'PJSIP/{number}@a',
        DIALER_TRUNKS_CARRIER_A_CALLS_PER_SECOND: '2.5',
        DIALER_TRUNKS_CARRIER_A_CHANNELS: '10',
        DIALER_TRUNKS_CARRIER_A_NUMBER_FORMAT: 'e164',
        DIALER_TRUNKS_CARRIER_A_RINGING: 'false',
        DIALER_DATA_DIR: 'elsewhere',
        DIALER_PHONE_SECRET: 'ab'.repeat(32),
        DIALER_TEMPORAL_BINARY: '/opt/temporal',
        DIALER_DATABASE_OTHER: '',
      },
    });
    assert.equal(config.pbxs['main']?.secret(), 's3cret');
    assert.equal(config.pbxs['main'].username, '0123');
    assert.deepEqual(config.http, { host: '0.0.0.0', port: 9000 });
    assert.deepEqual(config.trunks['carrier-a'], {
      pbx: 'main',
      dialString: 'PJSIP/{number}@a',
      callsPerSecond: 2.5,
      channels: 10,
      numberFormat: 'e164',
      ringing: false,
    });
    assert.equal(config.dataDir, join(cwd, 'elsewhere'));
    assert.deepEqual(Buffer.from(config.phoneSecret), Buffer.alloc(32, 0xab));
    assert.equal(existsSync(join(cwd, 'elsewhere')), false);
  });

  it('lets the environment win over the file, for names as the file spells them', (t) => {
    const config = loadConfig({
      cwd: folderWith(t, whole),
      env: { DIALER_TRUNKS_CARRIER_A_CHANNELS: '7', DIALER_PBXS_MAIN_SECRET: 'other' },
    });
    assert.equal(config.trunks['carrier-a']?.channels, 7);
    assert.equal(config.pbxs['main']?.secret(), 'other');
  });

  it('is found by --config and DIALER_CONFIG, secret files beside it', (t) => {
    const cwd = folderWith(t, null);
    mkdirSync(join(cwd, 'etc'));
    writeFileSync(join(cwd, 'etc', 'a.yaml'), whole);
    writeFileSync(join(cwd, 'etc', 'ami.secret'), 'beside', { mode: 0o600 });
    const byOption = loadConfig({ cwd, path: 'etc/a.yaml', env: { DIALER_CONFIG: 'nothing' } });
    const byVariable = loadConfig({ cwd, env: { DIALER_CONFIG: 'etc/a.yaml' } });
    assert.equal(byOption.pbxs['main']?.secret(), 'beside');
    assert.equal(byVariable.pbxs['main']?.secret(), 'beside');
    assert.match(faultsOf(cwd, {}, 'no.yaml')[0]?.message ?? '', /there is no such file/);
  });

  it('reports all faults at once, each with its place', (t) => {
    const cwd = folderWith(
      t,
      `
database: { url: mysql://x }
temporal: { profile: cloud }
http: { host: 0.0.0.0, port: 70000 }
pbxs:
  main: { host: 10.0.0.1, port: 0, username: "a b", secret: x, reasonDialect: klingon }
trunks:
  carrier-a: { pbx: other, dialString: PJSIP/a, callsPerSecond: 0, channels: 10001, numberFormat: x, extra: 1 }
  Carrier_B: { pbx: main }
campaigns: {}
`,
    );
    const faults = faultsOf(cwd, { DIALER_HTTP_PORTS: '1', DIALER_LOG_LEVEL: 'loud' });
    assert.deepEqual(faults.map(({ path }) => path).sort(), [
      'DIALER_HTTP_PORTS',
      'DIALER_LOG_LEVEL',
      'campaigns',
      'database.url',
      'http.host',
      'http.port',
      'pbxs.main.host',
      'pbxs.main.port',
      'pbxs.main.reasonDialect',
      'pbxs.main.secret',
      'pbxs.main.secretFile',
      'pbxs.main.username',
      'temporal.address',
      'temporal.profile',
      'trunks.Carrier_B',
      'trunks.carrier-a.callsPerSecond',
      'trunks.carrier-a.channels',
      'trunks.carrier-a.dialString',
      'trunks.carrier-a.extra',
      'trunks.carrier-a.numberFormat',
      'trunks.carrier-a.pbx',
    ]);
    const said = Object.fromEntries(faults.map(({ path, message }) => [path, message]));
    assert.match(said['temporal.profile'] ?? '', /not implemented yet/);
    assert.match(said['pbxs.main.secret'] ?? '', /secretFile/);
    assert.match(said['pbxs.main.host'] ?? '', /plaintext: true/);
    assert.match(said['http.host'] ?? '', /allowRemote: true/);
    assert.match(said['trunks.carrier-a.extra'] ?? '', /unknown key/);
  });

  const refused: [string, string, string, Record<string, string>?][] = [
    ['a file that is not YAML', 'pbxs: [', 'dialer.yaml:1:8'],
    ['a key given twice', 'http: {}\nhttp: {}\n', 'dialer.yaml:2:1'],
    ['a list', '- a\n', 'dialer.yaml'],
    ['a section that is a word', 'trunks: none\n', 'trunks'],
    ['an empty section', 'pbxs:\n', 'pbxs'],
    ['a __proto__ key', '__proto__: { pbxs: 1 }\n', '__proto__'],
    [
      'a number with a unit',
      oneTrunk({ callsPerSecond: '5/s' }),
      'trunks.carrier-a.callsPerSecond',
    ],
    ['a number in quotes', oneTrunk({ channels: '"30"' }), 'trunks.carrier-a.channels'],
    ['half a channel', oneTrunk({ channels: '1.5' }), 'trunks.carrier-a.channels'],
    ['not a number', oneTrunk({ callsPerSecond: '.nan' }), 'trunks.carrier-a.callsPerSecond'],
    [
      '101 calls per second',
      oneTrunk({ callsPerSecond: '101' }),
      'trunks.carrier-a.callsPerSecond',
    ],
    ['no {number}', oneTrunk({ dialString: 'PJSIP/x@a' }), 'trunks.carrier-a.dialString'],
    [
      'two {number}',
      oneTrunk({ dialString: '"PJSIP/{number}{number}"' }),
      'trunks.carrier-a.dialString',
    ],
    [
      'a second destination',
      oneTrunk({ dialString: '"PJSIP/{number}@a&PJSIP/9"' }),
      'trunks.carrier-a.dialString',
    ],
    [
      'an expression',
      oneTrunk({ dialString: '"PJSIP/${X}{number}"' }),
      'trunks.carrier-a.dialString',
    ],
    [
      'a Local channel that would be optimised away',
      oneTrunk({ dialString: '"Local/{number}@from-internal"' }),
      'trunks.carrier-a.dialString',
    ],
    [
      'an authority that is not there',
      onePbx(', tls: { caFile: nope.pem }'),
      'pbxs.main.tls.caFile',
    ],
    [
      'an authority that is no certificate',
      onePbx(', tls: { caFile: ami.secret }'),
      'pbxs.main.tls.caFile',
    ],
    ['TLS and plain text at once', onePbx(', tls: true, plaintext: true'), 'pbxs.main.plaintext'],
    ['a word for tls', onePbx(', tls: always'), 'pbxs.main.tls'],
    ['TLS that verifies nothing', onePbx(', tls: { verify: false }'), 'pbxs.main.tls'],
    [
      'a secret file that is not there',
      onePbx('').replace('ami.secret', 'nope'),
      'pbxs.main.secretFile',
    ],
    [
      'an agent that is no endpoint',
      'agents: { ana: { endpoint: "PJSIP/1&PJSIP/2" } }',
      'agents.ana.endpoint',
    ],
    ['a URL without a scheme', 'database: { url: dialer@localhost }', 'database.url'],
    ['an address without a port', 'temporal: { address: localhost }', 'temporal.address'],
    [
      'a trunk of an unknown PBX',
      'trunks: { a: { pbx: x, dialString: "PJSIP/{number}", callsPerSecond: 1, channels: 1 } }',
      'trunks.a.pbx',
    ],
    ['a word for a port', '', 'DIALER_HTTP_PORT', { DIALER_HTTP_PORT: 'http' }],
    [
      'an unknown variable of a PBX',
      '',
      'DIALER_PBXS_MAIN_HOSTNAME',
      { DIALER_PBXS_MAIN_HOSTNAME: 'x' },
    ],
    ['a phone secret that is short', '', 'DIALER_PHONE_SECRET', { DIALER_PHONE_SECRET: 'abc' }],
  ];
  for (const [what, yaml, place, env] of refused) {
    it(`refuses ${what}`, (t) => {
      const paths = faultsOf(folderWith(t, yaml), env).map(({ path }) => path);
      assert.equal(paths.length, 1, paths.join());
      assert.ok(paths[0]?.endsWith(place), `${paths[0]} should end with ${place}`);
    });
  }

  it('reads TLS by the authorities of the system, or by a file beside dialer.yaml', (t) => {
    const remote = (tls: string) => onePbx(`, tls: ${tls}`).replace('127.0.0.1', 'pbx.example');
    const cwd = folderWith(t, remote('true'));
    const tlsOf = (env = {}) => loadConfig({ cwd, env }).pbxs['main']?.tls;
    assert.deepEqual(tlsOf(), { caFile: null, serverName: null });
    const { caFile } = makeCertificate(t);
    copyFileSync(caFile, join(cwd, 'ca.pem'));
    writeFileSync(join(cwd, 'dialer.yaml'), remote('{ caFile: ca.pem, serverName: pbx }'));
    assert.deepEqual(tlsOf(), { caFile: join(cwd, 'ca.pem'), serverName: 'pbx' });
    writeFileSync(join(cwd, 'dialer.yaml'), remote('false'));
    assert.deepEqual(tlsOf({ DIALER_PBXS_MAIN_TLS: '{ caFile: ./ca.pem }' }), {
      caFile: join(cwd, 'ca.pem'),
      serverName: null,
    });
    assert.deepEqual(tlsOf({ DIALER_PBXS_MAIN_TLS: 'true' }), { caFile: null, serverName: null });
  });

  it('takes a Local channel that stays in the call', (t) => {
    const cwd = folderWith(t, oneTrunk({ dialString: '"Local/{number}@from-internal/n"' }));
    assert.deepEqual(faultsOf(cwd), []);
  });

  it('refuses secrets that are empty or hold line breaks, without repeating them', (t) => {
    for (const secret of ['', 'a\r\nAction: Logoff', 'x'.repeat(513)]) {
      const [fault] = faultsOf(folderWith(t, onePbx(''), secret));
      assert.equal(fault?.path, 'pbxs.main.secretFile');
      assert.equal(fault.message.includes('Logoff'), false);
    }
    const [fault] = faultsOf(folderWith(t, 'database: { url: "postgres//u:hunter2@h/d" }'));
    assert.equal(fault?.message.includes('hunter2'), false);
  });

  it('warns about a secret file that others can read, and about a PBX without a trunk', (t) => {
    const cwd = folderWith(t, onePbx(''));
    chmodSync(join(cwd, 'ami.secret'), 0o644);
    const { warnings } = loadConfig({ cwd, env: {} });
    assert.match(warnings[0] ?? '', /can be read by other users/);
    assert.match(warnings[1] ?? '', /no trunks/);
  });

  it('does not show secrets when printed', (t) => {
    const config = loadConfig({ cwd: folderWith(t, whole), env: {} });
    assert.equal(JSON.stringify(config.pbxs).includes('hunter2'), false);
  });

  it('finds nothing under names that only JavaScript knows', (t) => {
    const config = loadConfig({ cwd: folderWith(t, whole), env: {} });
    assert.equal('constructor' in config.trunks, false);
    assert.equal('toString' in config.pbxs, false);
  });
});

describe('the phone secret', () => {
  it('is made on first use, for its owner alone, and kept', (t) => {
    const cwd = folderWith(t, null);
    const file = join(cwd, '.dialer', 'phone.secret');
    const config = loadConfig({ cwd, env: {} });
    assert.equal(existsSync(file), false);
    const secret = Buffer.from(config.phoneSecret).toString('hex');
    assert.equal(secret.length, 64);
    assert.equal(readFileSync(file, 'utf8'), `${secret}\n`);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const again = loadConfig({ cwd, env: {} });
    assert.equal(Buffer.from(again.phoneSecret).toString('hex'), secret);
  });

  it('is never replaced when its file is damaged', (t) => {
    const cwd = folderWith(t, null);
    mkdirSync(join(cwd, '.dialer'));
    writeFileSync(join(cwd, '.dialer', 'phone.secret'), 'half');
    assert.throws(() => loadConfig({ cwd, env: {} }).phoneSecret, /restore it from a backup/);
  });

  it('comes from a file that DIALER_PHONE_SECRET_FILE names', (t) => {
    const cwd = folderWith(t, null, `${'cd'.repeat(32)}\n`);
    const config = loadConfig({ cwd, env: { DIALER_PHONE_SECRET_FILE: 'ami.secret' } });
    assert.equal(config.phoneSecret[0], 0xcd);
  });
});
