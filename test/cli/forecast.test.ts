import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Forecast } from '../../domain/forecast/forecast.ts';
import { runInTerminal } from './run-in-terminal.ts';

const campaign = `
name: spring
trunks: [carrier-a]
timeZone: America/Lima
connect: { play: hello-world }
callingWindow: { days: [mon, tue, wed, thu, fri], from: '09:00', to: '20:00' }
recycle:
  busy: { after: 5m, max: 3 }
  no_answer: { after: 2h, max: 20, backoff: 2 }
retarget:
  - { when: { callStatus: busy, attempts: 4 }, to: { campaign: evening } }
`;
const outcomes = ['--outcomes', 'answered=20%,no_answer=50%,busy=30%'];
const start = ['--start', '2026-11-26T13:00:00-05:00'];

describe('dialer campaign forecast', () => {
  let cwd: string;
  before(async () => {
    cwd = await mkdtemp(path.join(tmpdir(), 'dialer-forecast-'));
    await writeFile(path.join(cwd, 'spring.yaml'), campaign);
    await writeFile(path.join(cwd, 'faulty.yaml'), 'name: spring\n');
  });
  after(() => rm(cwd, { recursive: true }));

  const forecast = (...more: string[]) =>
    runInTerminal(['campaign', 'forecast', 'spring.yaml', ...more], { cwd });

  it('needs no engine, and tells when it ends, how, and what holds back', async () => {
    const result = await forecast('--contacts', '2000', ...outcomes, ...start);
    assert.equal(result.code, 0, result.stderr);
    assert.match(
      result.stdout,
      /^spring: 2000 contacts\n {2}starts 2026-11-26 13:00 \(America\/Lima\)$/m,
    );
    assert.match(result.stdout, /^ {2}finishes \d{4}-\d\d-\d\d \d\d:\d\d, after \d+ d/m);
    assert.match(result.stdout, /^ {2}connected +\d+ +\d+\.\d\d % +answered \d+$/m);
    assert.match(result.stdout, /are retargeted to campaign evening$/m);
    assert.match(
      result.stdout,
      /^ {2}held back most by: the time of a redial \(recycle-no_answer\)$/m,
    );
    assert.match(
      result.stdout,
      /outcomes by seed 1; a call takes\n {6}answered 102 s, no_answer 30 s, busy 3 s$/m,
    );
    const lines = result.stdout.split('\n');
    assert.ok(lines.every((line) => line.length <= 120));
    assert.ok(lines.length < 80, `${lines.length} lines for a campaign of years`);
  });

  it('prints one object with --json, the same for the same seed', async () => {
    const args = ['--contacts', '100', ...outcomes, ...start, '--seed', '5', '--json'];
    const [first] = (await forecast(...args)).lines as Forecast[];
    const [again] = (await forecast(...args)).lines as Forecast[];
    assert.deepEqual(again, first);
    assert.equal(first?.seed, 5);
    assert.equal(first?.startsAt, '2026-11-26T18:00:00.000Z');
    const counts = Object.values(first?.groups ?? {});
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      100,
    );
    assert.deepEqual(first?.assumed.callSeconds, { answered: 102, no_answer: 30, busy: 3 });
  });

  it('says why a campaign does not finish by itself', async () => {
    const toAgent = campaign.replace('{ campaign: evening }', '{ agent: ana }');
    const config = 'agents: { ana: { endpoint: PJSIP/1001 } }\n';
    await writeFile(path.join(cwd, 'agents.yaml'), config);
    const args = [
      'campaign',
      'forecast',
      '-',
      '--contacts',
      '50',
      ...start,
      '--config',
      'agents.yaml',
    ];
    const all = [...args, '--outcomes', 'busy=100%', '--json'];
    const [asJson] = (await runInTerminal(all, { cwd, stdin: toAgent })).lines as Forecast[];
    assert.equal(asJson?.finishedAt, null);
    assert.deepEqual(asJson.pendingBecause, { waitsForAgent: { ana: 50 }, noOpening: 0 });
    const result = await runInTerminal(all.slice(0, -1), { cwd, stdin: toAgent });
    assert.match(
      result.stdout,
      /^ {2}does not finish by itself:\n {4}50 contacts wait for agent ana/m,
    );
    assert.match(result.stdout, /^ {2}the last call ends 2026-11-26 13:1/m);
  });

  it('names the cap of a rule pack', async () => {
    const withPack = `${campaign}rules: [us-florida]\n`;
    const args = ['campaign', 'forecast', '-', '--contacts', '50', ...start];
    const result = await runInTerminal([...args, '--outcomes', 'busy=100%'], {
      cwd,
      stdin: withPack,
    });
    assert.match(result.stdout, /^ {2}held back most by: .*us-florida: 3 calls in 24h/m);
    assert.match(result.stderr, /us-florida \(.*\) is no legal advice/);
  });

  it('stays within 120 columns whatever is asked', async () => {
    const most = campaign.replace('name: spring', `name: ${'a'.repeat(80)}`);
    const endings =
      'answered=20,transferred=5,voicemail=5,abandoned=5,no_answer=20,busy=10,out_of_service=5,rejected=10,invalid_number=10,dialing_error=5,unconfirmed=5';
    const args = [
      'campaign',
      'forecast',
      '-',
      '--contacts',
      '20000',
      ...start,
      '--outcomes',
      endings,
    ];
    const { stdout } = await runInTerminal(args, { cwd, stdin: most });
    const widest = Math.max(...stdout.split('\n').map((line) => line.length));
    assert.ok(widest <= 120, `a line of ${widest}`);
  });

  it('reads the campaign from standard input', async () => {
    const args = ['campaign', 'forecast', '-', '--contacts', '1', ...outcomes];
    const result = await runInTerminal(args, { cwd, stdin: campaign });
    assert.equal(result.code, 0, result.stderr);
  });

  it('says so when the campaign would not hear the machines', async () => {
    const { stderr } = await forecast('--contacts', '1', '--outcomes', 'voicemail=100%', ...start);
    assert.match(stderr, /listens for no answering machines/);
  });

  const refused: Record<string, { readonly args: string[]; readonly says: RegExp }> = {
    'no outcomes': { args: ['--contacts', '5'], says: /--outcomes/ },
    'no contacts': { args: outcomes, says: /--contacts/ },
    nobody: { args: ['--contacts', '0', ...outcomes], says: /whole number from 1 to 1000000/ },
    'outcomes that leave something out': {
      args: ['--contacts', '5', '--outcomes', 'busy=10%'],
      says: /outcomes: .*90 % are missing/,
    },
    'a status that no attempt ends with': {
      args: ['--contacts', '5', '--outcomes', 'restricted=100%'],
      says: /outcomes, restricted: no attempt ends so/,
    },
    'a zone that is none': {
      args: ['--contacts', '5', ...outcomes, '--zones', 'Mars/Base=100%'],
      says: /zones, Mars\/Base: this is not a time zone/,
    },
    'a conversation of a day': {
      args: ['--contacts', '5', ...outcomes, '--talk', '1d'],
      says: /at most 4h/,
    },
  };
  for (const [name, { args, says }] of Object.entries(refused)) {
    it(`refuses ${name}`, async () => {
      const result = await forecast(...args);
      assert.equal(result.code, 2);
      assert.equal(result.stdout, '');
      assert.match(result.stderr, says);
    });
  }

  it('names the faults of the file', async () => {
    const args = ['campaign', 'forecast', 'faulty.yaml', '--contacts', '5', ...outcomes];
    const result = await runInTerminal(args, { cwd });
    assert.equal(result.code, 2);
    assert.match(result.stderr, /trunks:/);
  });
});
