import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { runInTerminal } from './run-in-terminal.ts';

describe('the command line without an engine', () => {
  let cwd: string;
  before(async () => {
    cwd = await mkdtemp(path.join(tmpdir(), 'dialer-cli-'));
    await writeFile(path.join(cwd, 'campaign.yaml'), 'name: x\n');
    await writeFile(path.join(cwd, 'contacts.csv'), 'number\n');
    await writeFile(path.join(cwd, 'faulty.yaml'), 'http: { port: 99999 }\nunknown: 1\n');
  });
  after(() => rm(cwd, { recursive: true }));

  const usageErrors: Record<string, string[]> = {
    'no command': [],
    'an unknown command': ['dance'],
    'a group without its verb': ['campaign'],
    'an unknown verb': ['campaign', 'paint'],
    'a missing argument': ['report'],
    'too many arguments': ['report', 'a', 'b'],
    'an unknown option': ['report', 'a', '--colour'],
    'an option without its value': ['report', 'a', '--from'],
    'a time without an offset': ['report', 'a', '--from', '2026-01-31T09:00:00'],
    'a time that is none': ['contacts', 'reschedule', 'x', '--at', 'tomorrow'],
    'a reassignment without a reason': ['contacts', 'reassign', 'x', '--agent', 'ana'],
    'a reassignment to nobody': ['contacts', 'reassign', 'x', '--reason', 'y'],
    'a reassignment to two': [
      ...['contacts', 'reassign', 'x', '--reason', 'y'],
      ...['--agent', 'ana', '--campaign', 'b'],
    ],
    'a file that is not there': ['campaign', 'create', 'missing.yaml'],
    'a folder for a file': ['contacts', 'import', 'a', '.'],
    'a configuration that is not there': ['--config', 'missing.yaml', 'campaign', 'list'],
    'a configuration with faults': ['--config', 'faulty.yaml', 'campaign', 'list'],
  };
  for (const [name, args] of Object.entries(usageErrors)) {
    it(`ends with 2 on ${name}, with talk on stderr only`, async () => {
      const result = await runInTerminal(args, { cwd });
      assert.equal(result.code, 2, result.stderr);
      assert.equal(result.stdout, '');
      assert.notEqual(result.stderr, '');
    });
  }

  it('names every fault of a configuration at once', async () => {
    const { stderr } = await runInTerminal(['campaign', 'list', '--config', 'faulty.yaml'], {
      cwd,
    });
    assert.match(stderr, /http\.port/);
    assert.match(stderr, /unknown/);
  });

  const needEngine: string[][] = [
    ['campaign', 'create', 'campaign.yaml'],
    ['campaign', 'list'],
    ['campaign', 'start', 'a'],
    ['campaign', 'pause', 'a'],
    ['campaign', 'status', 'a'],
    ['contacts', 'import', 'a', 'contacts.csv'],
    ['contacts', 'show', '00000000-0000-4000-8000-000000000000'],
    ['numbers', 'a', '--json'],
    ['attempts', 'a'],
    ['report', 'a'],
    ['suppress', 'list'],
    ['suppress', 'lists'],
    ['suppress', 'check', '+525550100200'],
    ['doctor'],
  ];
  for (const args of needEngine) {
    it(`ends with 4 and names the reason when nothing runs: ${args.join(' ')}`, async () => {
      const result = await runInTerminal(args, { cwd });
      assert.equal(result.code, 4, result.stderr);
      assert.match(result.stderr, /`dialer up` is not running/);
    });
  }

  it('ends with 4 when the configured Postgres does not answer', async () => {
    const env = {
      DIALER_DATABASE_URL: 'postgres://dialer:secret@127.0.0.1:1/dialer',
      DIALER_TEMPORAL_ADDRESS: '127.0.0.1:1',
    };
    const result = await runInTerminal(['campaign', 'list'], { cwd, env });
    assert.equal(result.code, 4, result.stderr);
    assert.match(result.stderr, /Postgres at 127\.0\.0\.1:1 does not answer/);
    assert.doesNotMatch(result.stderr, /secret/);
  });

  it('ends with 4 when doctor finds parts down, and tells which', async () => {
    const env = {
      DIALER_DATABASE_URL: 'postgres://dialer@127.0.0.1:1/dialer',
      DIALER_TEMPORAL_ADDRESS: '127.0.0.1:1',
    };
    const { code, lines } = await runInTerminal(['doctor', '--json'], { cwd, env });
    assert.equal(code, 4);
    assert.deepEqual(
      lines.map((line) => (line as { result: string }).result),
      ['ok', 'not_reachable', 'not_reachable'],
    );
  });
});

describe('help', () => {
  const commands = [
    [],
    ['up'],
    ['demo'],
    ['worker'],
    ['doctor'],
    ...['create', 'list', 'start', 'pause', 'resume', 'cancel', 'status', 'set', 'forecast'].map(
      (verb) => ['campaign', verb],
    ),
    ...['import', 'show', 'reassign', 'call-now', 'cancel', 'suppress', 'reschedule'].map(
      (verb) => ['contacts', verb],
    ),
    ['numbers'],
    ['attempts'],
    ['report'],
    ...['add', 'remove', 'import', 'check', 'list', 'lists'].map((verb) => ['suppress', verb]),
  ];
  for (const command of commands) {
    it(`is there for dialer ${command.join(' ')}`, async () => {
      const { code, stdout, stderr } = await runInTerminal([...command, '--help'], { cwd: '/' });
      assert.equal(code, 0);
      assert.equal(stderr, '');
      assert.match(stdout, new RegExp(`^Usage: dialer ?${command.join(' ')}`));
      const widest = Math.max(...stdout.split('\n').map((line) => line.length));
      assert.ok(widest <= 120, `a line of ${widest} characters`);
    });
  }

  for (const command of [
    'campaign list',
    'campaign status',
    'campaign forecast',
    'contacts show',
    'numbers',
    'attempts',
    'report',
    'suppress list',
    'suppress lists',
    'suppress check',
    'doctor',
  ]) {
    it(`offers --json for the reading command ${command}`, async () => {
      const { stdout } = await runInTerminal([...command.split(' '), '--help'], { cwd: '/' });
      assert.match(stdout, /--json/);
    });
  }
});
