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
      /^spring: 2000 contacts from 2026-11-26 13:00 on \(America\/Lima\)$/m,
    );
    assert.match(result.stdout, /^ {2}finishes \d{4}-\d\d-\d\d \d\d:\d\d, after \d+ d/m);
    assert.match(result.stdout, /^ {2}connected +\d+ +\d+\.\d\d % +answered \d+$/m);
    assert.match(result.stdout, /are retargeted to campaign evening$/m);
    assert.match(
      result.stdout,
      /^ {2}held back most by: the time of a redial \(recycle-no_answer\)$/m,
    );
    assert.match(result.stdout, /seed 1$/m);
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
