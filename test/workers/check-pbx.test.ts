import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { pino } from 'pino';
import { dialerConfiguration } from '../../asterisk/provision/dialer-configuration.ts';
import { freeUdpPorts } from '../../asterisk/provision/free-udp-ports.ts';
import { dialerModules } from '../../asterisk/provision/modules.ts';
import { startInstance } from '../../asterisk/provision/start-instance.ts';
import { startSimulator } from '../../asterisk/simulator/start-simulator.ts';
import { findingLine } from '../../cli/finding-line.ts';
import { freePort } from '../../runtime/loopback-port.ts';
import { checkPbx, type PbxCheckOptions } from '../../workers/check-pbx.ts';
import type { Finding } from '../../workers/finding.ts';
import { makeCertificate } from '../support/make-certificate.ts';
import { requireOrSkip } from '../support/skip-or-fail.ts';
import { headerOf, type AmiAction } from '../../asterisk/simulator/ami-wire.ts';
import { openManagerSession } from '../asterisk/manager-session.ts';
import { installedAsterisk } from '../support/start-real-asterisk.ts';

const log = pino({ level: 'silent' });
const secret = 'a-secret-of-the-test';

function check(changes: Partial<PbxCheckOptions>): Promise<Finding[]> {
  return checkPbx({
    name: 'main',
    host: '127.0.0.1',
    port: 0,
    username: 'dialer',
    secret,
    tls: null,
    reasonDialect: 'asterisk',
    trunks: {},
    agents: {},
    hasOthers: false,
    today: '2026-11-24',
    timeouts: { connectMs: 2_000, loginMs: 2_000, actionMs: 2_000 },
    log,
    ...changes,
  });
}

/** `result: detail` of the finding for a check, or `none`. */
function said(findings: readonly Finding[], name: string): string {
  const found = findings.find((each) => each.check === name);
  return found === undefined ? 'none' : `${found.result}: ${found.detail}`;
}

function troubles(findings: readonly Finding[]): string[] {
  return findings.filter(({ result }) => result !== 'ok').map(({ check: name }) => name);
}

describe('a look at a simulated PBX', () => {
  it('finds nothing wrong, and nothing more to look at', async (t) => {
    const simulator = await startSimulator();
    t.after(() => simulator.stop());
    const findings = await check(simulator);
    assert.deepEqual(troubles(findings), []);
    assert.match(said(findings, 'PBX main: rights'), /simulated/);
  });

  it('says that the login was refused, and what to compare', async (t) => {
    const simulator = await startSimulator();
    t.after(() => simulator.stop());
    const [finding] = await check({ ...simulator, secret: 'wrong' });
    assert.equal(finding?.result, 'fault');
    assert.match(finding.detail, /refused.*permit=/);
  });

  it('says that nobody answers', async () => {
    const [finding] = await check({ port: await freePort() });
    assert.equal(finding?.result, 'not_reachable');
    assert.match(finding.detail, /ECONNREFUSED/);
  });

  it('names the rights to write that are missing', async (t) => {
    const rights = { read: ['system', 'call'], write: ['reporting'] };
    const simulator = await startSimulator({ rights });
    t.after(() => simulator.stop());
    const findings = await check(simulator);
    assert.match(said(findings, 'PBX main: rights'), /fault: .*write=originate, write=call/);
  });
});

interface Changes {
  readonly manager?: readonly string[];
  readonly extensions?: string;
  readonly cel?: string;
  readonly endpoint?: readonly string[];
  readonly without?: readonly string[];
  readonly extra?: readonly string[];
}

/** An Asterisk of the test's own with a file or two changed; null when none is installed. */
async function startChanged(t: TestContext, changes: Changes = {}) {
  const installed = installedAsterisk();
  const reason = 'no Asterisk is installed; npm run asterisk:install provides one';
  if (!requireOrSkip(t, installed !== null, reason) || installed === null) return null;
  const folder = mkdtempSync(join(tmpdir(), 'dialer-doctor-'));
  const [port, tlsPort] = [await freePort(), await freePort()];
  const [sip = 0, carrierSip = 0, phonesSip = 0, deadSip = 0] = await freeUdpPorts(4);
  const certificate = makeCertificate(t);
  const ports = { ami: port, sip, carrierSip, phonesSip, deadSip };
  const shipped = dialerConfiguration(ports, secret);
  // The carrier is not there: nothing may qualify it away.
  const pjsip = shipped['pjsip.conf'] ?? '';
  const kept = dialerModules.filter((name) => !(changes.without ?? []).includes(name));
  const modules = [...kept, ...(changes.extra ?? [])];
  const user = shipped['manager-dialer.conf'] ?? '';
  const configuration = {
    ...shipped,
    'manager.conf': [
      ...['[general]', 'enabled = yes', `port = ${port}`, 'bindaddr = 127.0.0.1'],
      ...['tlsenable = yes', `tlsbindaddr = 127.0.0.1:${tlsPort}`],
      ...[`tlscertfile = ${certificate.certFile}`, `tlsprivatekey = ${certificate.keyFile}`],
      ...(changes.manager ?? [user]),
      // To ask whether it has booted, whatever the other user may do.
      ...['[watcher]', `secret = ${secret}`, 'read = all', 'write = all', ''],
    ].join('\n'),
    'cel.conf': changes.cel ?? shipped['cel.conf'] ?? '',
    'extensions.conf': `${shipped['extensions.conf'] ?? ''}\n${changes.extensions ?? ''}\n`,
    'pjsip.conf': `${pjsip
      .replace(/qualify_frequency = \d+/, 'qualify_frequency = 0')
      .replace(/context = from-carrier[^[]*/, (text) =>
        changes.endpoint === undefined ? text : `${changes.endpoint.join('\n')}\n`,
      )}\n${agentEndpoint}`,
  };
  const instance = await startInstance({
    ...{ root: installed.root, folder, modules, rtpStart: 24_000, configuration },
    account: { port, username: 'watcher', secret },
    isReady: () => Promise.resolve(true),
  });
  t.after(async () => {
    await instance.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return { port, tlsPort, certificate };
}

const agentEndpoint = [
  '[1001]',
  'type = endpoint',
  'aors = 1001',
  'context = from-carrier',
  '',
].join('\n');
const trunks = { 'carrier-a': { dialString: 'PJSIP/{number}@carrier' } };

describe('a look at a real Asterisk', () => {
  it('finds nothing wrong with what is shipped', async (t) => {
    const pbx = await startChanged(t);
    if (pbx === null) return;
    const findings = await check({ port: pbx.port, trunks });
    assert.deepEqual(troubles(findings), [], JSON.stringify(findings, null, 1));
    assert.match(said(findings, 'PBX main: dialplan'), /version 1/);
    assert.match(said(findings, 'PBX main: reason dialect'), /busy is reported as 5/);
    assert.match(said(findings, 'trunk carrier-a'), /PJSIP\/carrier is ready/);
    assert.match(said(findings, 'trunk carrier-a: redirects'), /takes no number/);
  });

  it('prints what docs/install-asterisk.md shows', async (t) => {
    const pbx = await startChanged(t);
    if (pbx === null) return;
    const findings = await check({ port: pbx.port, trunks });
    const page = readFileSync(new URL('../../docs/install-asterisk.md', import.meta.url), 'utf8');
    const shown = /```doctor\n([^`]*)```/.exec(page)?.[1];
    const printed = findings.map((finding) => `${findingLine(finding)}\n`).join('');
    // Which Asterisk and which port is a matter of the machine.
    const plain = (text: string) =>
      text.replace(/:\d+: /, ':PORT: ').replace(/Asterisk [^;]+;/, 'Asterisk VERSION;');
    assert.equal(plain(shown ?? ''), plain(printed));
  });

  it('logs in over TLS, and says what is wrong with a certificate', async (t) => {
    const pbx = await startChanged(t);
    if (pbx === null) return;
    const { caFile } = pbx.certificate;
    const trusted = await check({ port: pbx.tlsPort, tls: { caFile, serverName: null } });
    assert.match(trusted[0]?.detail ?? '', /over TLS, certificate verified/);
    const [wrongName] = await check({ port: pbx.tlsPort, tls: { caFile, serverName: 'other' } });
    assert.match(`${wrongName?.result} ${wrongName?.detail}`, /fault.*another name.*ALTNAME/);
    const [unknown] = await check({ port: pbx.tlsPort, tls: { caFile: null, serverName: null } });
    assert.match(`${unknown?.result} ${unknown?.detail}`, /fault.*authority is not one of ours/);
  });

  it('names every right to read that is missing, and those that are too many', async (t) => {
    const user = (read: string, write: string) => [
      ...['[dialer]', `secret = ${secret}`, `read = ${read}`, `write = ${write}`],
    ];
    const pbx = await startChanged(t, {
      manager: user('system,log', 'originate,call,reporting,command,system'),
    });
    if (pbx === null) return;
    const findings = await check({ port: pbx.port });
    assert.match(said(findings, 'PBX main: rights'), /lacks read=call, read=user, read=agent:/);
    assert.match(
      said(findings, 'PBX main: rights it does not need'),
      /write=command, write=system, read=log/,
    );
    assert.match(said(findings, 'PBX main: writetimeout'), /not set, so it is 100 ms/);
  });

  it('notices a user that cannot hear FullyBooted', async (t) => {
    const rights = ['read = call,user,agent', 'write = originate,call,reporting'];
    const pbx = await startChanged(t, { manager: ['[dialer]', `secret = ${secret}`, ...rights] });
    if (pbx === null) return;
    const findings = await check({ port: pbx.port });
    assert.match(said(findings, 'PBX main: rights'), /lacks read=system:/);
  });

  it('finds a trunk that can have another number rung', async (t) => {
    const extensions =
      '[open]\nexten => _X.,1,Dial(PJSIP/${EXTEN}@carrier)\n[via]\ninclude => open\n';
    const endpoint = ['context = via', 'redirect_method = user'];
    const pbx = await startChanged(t, { extensions, endpoint });
    if (pbx === null) return;
    const findings = await check({ port: pbx.port, trunks });
    assert.match(
      said(findings, 'trunk carrier-a: redirects'),
      /fault: context via .*it would dial/,
    );
  });

  it('warns of a trunk context that takes numbers without dialling them itself', async (t) => {
    const extensions = '[open]\nexten => _X.,1,Goto(elsewhere,s,1)\n';
    const endpoint = ['context = open', 'redirect_method = user'];
    const pbx = await startChanged(t, { extensions, endpoint });
    if (pbx === null) return;
    const findings = await check({ port: pbx.port, trunks });
    assert.match(said(findings, 'trunk carrier-a: redirects'), /^warning: context open/);
  });

  it('finds a trunk that follows redirects by itself', async (t) => {
    const endpoint = ['context = from-carrier', 'redirect_method = uri_core'];
    const pbx = await startChanged(t, { endpoint });
    if (pbx === null) return;
    const findings = await check({ port: pbx.port, trunks });
    assert.match(
      said(findings, 'trunk carrier-a: redirects'),
      /fault: redirect_method .* uri_core/,
    );
  });

  it('finds trunks and agents whose endpoint is not there, and agents that are away', async (t) => {
    const pbx = await startChanged(t);
    if (pbx === null) return;
    const findings = await check({
      port: pbx.port,
      trunks: {
        gone: { dialString: 'PJSIP/{number}@nobody' },
        'by-uri': { dialString: 'PJSIP/nobody/sip:{number}@127.0.0.1' },
        'by-dialplan': { dialString: 'Local/{number}@nowhere/n' },
      },
      agents: { ana: { endpoint: 'PJSIP/1001' }, bob: { endpoint: 'PJSIP/1002' } },
    });
    for (const trunk of ['gone', 'by-uri']) {
      assert.match(said(findings, `trunk ${trunk}`), /fault: the PBX has no PJSIP\/nobody/);
    }
    assert.match(said(findings, 'trunk by-dialplan'), /warning: context nowhere/);
    assert.match(said(findings, 'agent ana'), /warning: .*not registered now/);
    assert.match(said(findings, 'agent bob'), /fault: the PBX has no PJSIP\/1002/);
    const bob = { bob: { endpoint: 'PJSIP/1002' } };
    const oneOfSeveral = await check({ port: pbx.port, agents: bob, hasOthers: true });
    assert.match(
      said(oneOfSeveral, 'agent bob on PBX main'),
      /warning: the PBX has no PJSIP\/1002/,
    );
  });

  it('says that calls would get a wrong status by the other dialect', async (t) => {
    const pbx = await startChanged(t);
    if (pbx === null) return;
    const findings = await check({ port: pbx.port, reasonDialect: 'issabel' });
    assert.match(said(findings, 'PBX main: reason dialect'), /fault: .*must be asterisk/);
  });

  it('finds a record of calls that is off, silently off, or not kept', async (t) => {
    const record = 'PBX main: record of calls (CEL)';
    const events = 'events = CHAN_START,CHAN_END,ANSWER,HANGUP,LINKEDID_END';
    const cases: [string, readonly string[], RegExp][] = [
      ['[general]\n', [], /warning: off/],
      [`[general]\nenable = yes\napps = dial\n${events}\n`, [], /warning: apps= without APP/],
      ['[general]\nenable = yes\nevents = ANSWER\n', [], /warning: .*lacks CHAN_START/],
      [`[general]\nenable = yes\n${events}\n`, ['cel_custom'], /warning: .*nothing keeps it/],
      ['[general]\nenable = yes\napps = dial\nevents = all\n', [], /^ok/],
    ];
    for (const [cel, without, expected] of cases) {
      const pbx = await startChanged(t, { cel, without });
      if (pbx === null) return;
      assert.match(said(await check({ port: pbx.port }), record), expected, cel);
    }
  });

  it('says what cannot be told where modules are missing, and fails on nothing', async (t) => {
    const without = [
      'func_config',
      'func_module',
      'func_pjsip_endpoint',
      'func_dialplan',
      'app_amd',
    ];
    const pbx = await startChanged(t, { without });
    if (pbx === null) return;
    const findings = await check({ port: pbx.port, trunks });
    assert.deepEqual(
      findings.filter(({ result }) => result === 'fault'),
      [],
    );
    assert.match(said(findings, 'PBX main: rights'), /warning: .*read=agent is cannot be told/);
    assert.match(said(findings, 'PBX main: dialplan'), /warning: cannot be told/);
    assert.match(said(findings, 'trunk carrier-a: redirects'), /warning: cannot be told/);
  });

  it('finds a dialplan that is not included', async (t) => {
    const pbx = await startChanged(t, { without: ['pbx_config'] });
    if (pbx === null) return;
    const findings = await check({ port: pbx.port });
    assert.match(said(findings, 'PBX main: dialplan'), /fault: not there: dialer-answered/);
  });
});

describe('the shipped manager user', () => {
  it('is not told of what nobody reads, and of everything else', async (t) => {
    const pbx = await startChanged(t, { extra: ['res_manager_devicestate'] });
    if (pbx === null) return;
    const at = { host: '127.0.0.1', port: pbx.port, secret };
    const dialer = await openManagerSession({ ...at, username: 'dialer' });
    const watcher = await openManagerSession({ ...at, username: 'watcher' });
    t.after(() => [dialer, watcher].forEach((session) => session.close()));
    await dialer.ask({
      ...{ Action: 'Originate', Channel: 'Local/s@dialer-doctor/n', Async: 'true' },
      ...{ Application: 'Playback', Data: 'none', Timeout: '5000' },
    });
    const is = (name: string) => (item: AmiAction) => headerOf(item, 'event') === name;
    await watcher.hear('DeviceStateChange', is('DeviceStateChange'));
    for (const name of ['UserEvent', 'DialBegin', 'Hangup', 'OriginateResponse', 'FullyBooted']) {
      await dialer.hear(name, is(name));
    }
    // Whatever came before this answer has come.
    await dialer.ask({ Action: 'Ping' });
    assert.equal(dialer.heard().some(is('DeviceStateChange')), false);
  });
});
