import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readRunFile } from '../../runtime/run-file.ts';
import { nodeCommand } from '../../runtime/node-command.ts';
import { ensureTemporalBinary } from '../../runtime/temporal-binary.ts';
import { runInTerminal } from './run-in-terminal.ts';

describe('dialer up on the simulator', () => {
  let cwd: string;
  let env: Record<string, string>;
  let up: ChildProcess;
  let output = '';

  before(async () => {
    cwd = await realpath(await mkdtemp(path.join(tmpdir(), 'dialer-up-')));
    const dataDir = fileURLToPath(new URL('../../.dialer', import.meta.url));
    env = {
      PATH: process.env['PATH'] ?? '',
      DIALER_HTTP_PORT: '0',
      DIALER_TEMPORAL_BINARY: await ensureTemporalBinary({ dataDir }),
    };
    const { command, args } = nodeCommand(new URL('../../cli/main.ts', import.meta.url));
    up = spawn(command, [...args, 'up', '--pbx', 'simulator'], { cwd, env });
    up.stderr?.on('data', (piece: Buffer) => (output += piece.toString()));
    await untilPrinted(up, 'The engine is up.');
  });
  after(async () => {
    if (up.exitCode === null) up.kill('SIGKILL');
    await rm(cwd, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 });
  });

  const dialer = (args: readonly string[], stdin?: string) =>
    runInTerminal(args, { cwd, env, ...(stdin === undefined ? {} : { stdin }) });

  it('is found by the other commands', async () => {
    const { code, stdout, stderr } = await dialer(['campaign', 'list', '--json']);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, '');
    const doctor = await dialer(['doctor', '--json']);
    assert.equal(doctor.code, 0, doctor.stdout);
  });

  it('tells its health', async () => {
    const { http } = readRunFile(path.join(cwd, '.dialer')) ?? assert.fail('no run file');
    const response = await fetch(`${http}/healthz`);
    const health = (await response.json()) as { ok: boolean; parts: Record<string, string> };
    assert.equal(response.status, 200, JSON.stringify(health));
    assert.deepEqual([health.parts['postgres'], health.parts['temporal']], ['ok', 'ok']);
  });

  it('refuses a second one on the same data', async () => {
    const { code, stderr } = await dialer(['up', '--pbx', 'simulator']);
    assert.equal(code, 5);
    assert.match(stderr, /already runs/);
  });

  it('dials a campaign to its end', async () => {
    const file = `name: first
trunks: [carrier-a]
defaultCountry: MX
ringTimeout: 5s
connect: { play: hello-world }
recycle: { busy: { after: 1s, max: 1 } }
`;
    assert.equal((await dialer(['campaign', 'create', '-'], file)).code, 0);
    const csv = 'number,external_id\n55 5010 0200,A\n55 5011 1486,B\n55 5012 0404,C\n';
    assert.equal((await dialer(['contacts', 'import', 'first', '-'], csv)).code, 0);
    const { code, lines, stderr } = await dialer([
      'campaign',
      'start',
      'first',
      '--wait',
      '--json',
    ]);
    assert.equal(code, 0, stderr);
    const [report] = lines as [Record<string, number>];
    assert.deepEqual(
      [
        report['total'],
        report['connected'],
        report['failed'],
        report['pending'],
        report['attempts'],
      ],
      [3, 2, 1, 0, 4],
    );
    assert.match(stderr, /3 of 3 settled: 2 connected/);
  });

  it('ends on SIGTERM with everything it started', async () => {
    if (process.platform === 'linux') assert.notDeepEqual(await processesOf(cwd), []);
    up.kill('SIGTERM');
    const [code] = (await once(up, 'exit')) as [number | null];
    assert.equal(code, 0, output.slice(-2_000));
    assert.deepEqual(await processesOf(cwd), []);
    assert.equal((await dialer(['campaign', 'list'])).code, 4);
  });
});

async function untilPrinted(child: ChildProcess, text: string): Promise<void> {
  let printed = '';
  const limit = AbortSignal.timeout(150_000);
  while (!printed.includes(text)) {
    assert.ok(child.stdout);
    const [piece] = (await once(child.stdout, 'data', { signal: limit })) as [Buffer];
    printed += piece.toString();
  }
}

/** Command lines of processes that name this folder in their arguments or environment; Linux only. */
async function processesOf(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
    const [command, environment] = [await read('cmdline'), await read('environ')];
    if (command !== '' && `${command}\0${environment}`.includes(folder)) {
      found.push(command.replaceAll('\0', ' '));
    }
  }
  return found;
}
