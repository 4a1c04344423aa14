import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { startSimulator } from '../../asterisk/simulator/start-simulator.ts';
import type { Ami } from '../support/engine.ts';
import { installedAsterisk, startRealAsterisk } from '../support/start-real-asterisk.ts';
import { requireOrSkip } from '../support/skip-or-fail.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { waitFor } from '../support/wait-for.ts';
import { devServerEnvironment } from '../support/workflow-environment.ts';

const command = [
  '--import',
  import.meta.resolve('tsx'),
  path.join(import.meta.dirname, '..', '..', 'cli', 'main.ts'),
];

const campaignFile = `
name: renewals
trunks: [outside]
defaultCountry: MX
ringTimeout: 5s
connect: { play: hello-world }
attempts: { perContact: 3 }
recycle:
  busy: { after: 1s, max: 1 }
`;
const contactsFile = `number,external_id,name,policy
55 5010 0200,a-1,Sample 01,P-100
55 5011 1486,a-2,Sample 02,P-101
+52 55 5012 0404,a-3,Sample 03,P-102
55 5013 0603,a-4,Sample 04,P-103
not a number,a-5,Sample 05,P-104
55 5014 0200,a-1,Sample 06,P-105
55 5015 0200,a-7,Sample 07,P-106
`;
const expected: Record<string, [status: string | null, attempts: number]> = {
  'a-1': ['answered', 1],
  'a-2': ['answered', 2],
  'a-3': ['invalid_number', 1],
  'a-4': ['rejected', 1],
  'a-7': ['restricted', 0],
};

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line in a folder whose dialer.yaml names parts that somebody else runs. */
async function openFolder(ami: Ami, temporalAddress: string, databaseUrl: string) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'dialer-external-'));
  await writeFile(path.join(folder, 'ami.secret'), ami.secret, { mode: 0o600 });
  await writeFile(path.join(folder, 'campaign.yaml'), campaignFile);
  await writeFile(path.join(folder, 'contacts.csv'), contactsFile);
  await writeFile(
    path.join(folder, 'dialer.yaml'),
    `
database: { url: '${databaseUrl}' }
temporal: { address: '${temporalAddress}' }
http: { port: 0 }
pbxs:
  main: { host: '${ami.host}', port: ${ami.port}, username: ${ami.username}, secretFile: ./ami.secret }
trunks:
  outside: { pbx: main, dialString: 'PJSIP/{number}@carrier', callsPerSecond: 5, channels: 5, numberFormat: digits }
`,
  );
  const begin = (args: readonly string[]): ChildProcess =>
    spawn(process.execPath, [...command, ...args], { cwd: folder });
  return {
    folder,
    begin,
    async dialer(...args: string[]): Promise<Ran> {
      const child = begin(args);
      const text = { stdout: '', stderr: '' };
      child.stdout?.on('data', (chunk: Buffer) => (text.stdout += chunk.toString()));
      child.stderr?.on('data', (chunk: Buffer) => (text.stderr += chunk.toString()));
      const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
      return { code, ...text };
    },
  };
}

async function useExternalParts(t: TestContext, ami: Ami): Promise<void> {
  const environment = await devServerEnvironment();
  const database = await createTestDatabase();
  const { folder, begin, dialer } = await openFolder(ami, environment.address, database.url);
  const up = begin(['up']);
  let upText = '';
  up.stderr?.on('data', (chunk: Buffer) => (upText += chunk.toString()));
  up.stdout?.on('data', (chunk: Buffer) => (upText += chunk.toString()));
  const upEnded = new Promise<number | null>((resolve) => up.once('close', resolve));
  try {
    await waitFor(async () => {
      assert.equal(up.exitCode, null, upText);
      return /engine is up/.test(upText);
    }, 60_000);

    const doctor = await dialer('doctor', '--json');
    assert.equal(doctor.code, 0, doctor.stdout + doctor.stderr);
    const created = await dialer('campaign', 'create', 'campaign.yaml');
    assert.equal(created.code, 0, created.stderr);
    const suppressed = await dialer('suppress', 'add', '55 5015 0200', '--country', 'MX');
    assert.equal(suppressed.code, 0, suppressed.stderr);

    const imported = await dialer('contacts', 'import', 'renewals', 'contacts.csv', '--json');
    assert.equal(imported.code, 3, imported.stderr);
    const faults = jsonLines(imported.stdout);
    assert.deepEqual(faults.at(-1), { imported: 5, refused: 2 });
    assert.deepEqual(
      faults.slice(0, -1).map(({ line, column, value }) => [line, column, value]),
      [
        [6, 'number', 'not a number'],
        [7, 'external_id', 'a-1'],
      ],
    );

    const started = await dialer('campaign', 'start', 'renewals', '--wait');
    assert.equal(started.code, 0, started.stderr);
    const numbers = jsonLines((await dialer('numbers', 'renewals', '--json')).stdout);
    const ended = numbers.map((row) => [row['externalId'], [row['callStatus'], row['attempts']]]);
    assert.deepEqual(Object.fromEntries(ended), expected);
    assert.equal(numbers[0]?.['number'], '+525550100200');
    assert.deepEqual(Object.keys(numbers[0] ?? {}), [
      ...['contactId', 'externalId', 'number', 'dialStatus', 'dialStatusCode', 'callStatus'],
      ...[
        'group',
        'attempts',
        'lastAttemptAt',
        'nextAttemptAt',
        'waitingFor',
        'assignedTo',
        'refusedBy',
      ],
    ]);

    const attempts = jsonLines((await dialer('attempts', 'renewals', '--json')).stdout);
    assert.equal(attempts.length, 5);
    const rejected = attempts.find((row) => row['externalId'] === 'a-4');
    assert.equal(rejected?.['cause'], 21);
    assert.equal(rejected?.['techCause'], '603');
    const [report] = jsonLines((await dialer('report', 'renewals', '--json')).stdout);
    assert.equal(report?.['total'], 5);
    assert.equal(report?.['pending'], 0);
    assert.equal(report?.['connected'], 2);
    assert.equal(report?.['attempts'], 5);

    const again = await dialer('campaign', 'start', 'renewals', '--wait');
    assert.notEqual(again.code, null);
    assert.equal(jsonLines((await dialer('attempts', 'renewals', '--json')).stdout).length, 5);
  } catch (error) {
    t.diagnostic(upText);
    throw error;
  } finally {
    up.kill('SIGTERM');
    await upEnded;
    await environment.teardown();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  }
}

function jsonLines(text: string): Record<string, unknown>[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('external Postgres, Temporal and PBX, by dialer.yaml alone', { timeout: 240_000 }, () => {
  it('with the simulator as a PBX of its own', async (t) => {
    const simulator = await startSimulator();
    try {
      await useExternalParts(t, simulator);
    } finally {
      await simulator.stop();
    }
  });

  it('with a real Asterisk', async (t) => {
    const reason = 'no Asterisk is installed; npm run asterisk:install provides one';
    if (!requireOrSkip(t, installedAsterisk() !== null, reason)) return;
    const asterisk = await startRealAsterisk(t);
    assert.ok(asterisk);
    await useExternalParts(t, asterisk.ami);
  });
});
