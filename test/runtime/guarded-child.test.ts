import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { spawnGuarded } from '../../runtime/guarded-child.ts';
import { endLeftover, rememberProcess } from '../../runtime/leftover.ts';
import { identifyProcess, isAlive } from '../../runtime/process-identity.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { waitFor } from './wait-for.ts';

const parentFile = fileURLToPath(new URL('./guarded-parent.ts', import.meta.url));
const patient = ['-c', 'exec sleep 600'];
// Ignores the polite signal; its child does too.
const stubborn = ['-c', 'trap "" TERM; sleep 600 & echo $!; while :; do sleep 600; done'];

/** A process of its own that holds a guarded program. */
async function parentOf(t: TestContext, folder: string, script: string[]) {
  const parent = spawn(process.execPath, ['--import', 'tsx', parentFile, folder, 'sh', ...script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => parent.kill('SIGKILL'));
  for await (const line of createInterface({ input: parent.stdout })) {
    const identity = identifyProcess(Number(line));
    assert.ok(identity, 'the program runs');
    t.after(() => {
      if (isAlive(identity)) process.kill(identity.pid, 'SIGKILL');
    });
    return { parent, identity };
  }
  throw new Error('the parent said nothing');
}

describe('a guarded program', () => {
  it('ends when its parent is killed with SIGKILL', async (t) => {
    const { parent, identity } = await parentOf(t, temporaryFolder(t), patient);
    parent.kill('SIGKILL');
    await waitFor('the end of the program', () => !isAlive(identity));
  });

  it('ends with its whole group after the grace time, however stubborn', async (t) => {
    const folder = temporaryFolder(t);
    const { parent, identity } = await parentOf(t, folder, stubborn);
    const log = join(folder, 'program.log');
    await waitFor('its trap', () => readFileSync(log, 'utf8').endsWith('\n'));
    const inner = identifyProcess(Number(readFileSync(log, 'utf8')));
    assert.ok(inner);
    parent.kill('SIGKILL');
    await waitFor('the end of the program', () => !isAlive(identity));
    await waitFor('the end of its child', () => !isAlive(inner));
  });

  it('is not in our process group, so Ctrl-C does not reach it', async (t) => {
    const child = await spawnGuarded({
      command: 'sh',
      args: patient,
      logFile: join(temporaryFolder(t), 'program.log'),
    });
    t.after(() => child.stop(0));
    assert.doesNotThrow(() => process.kill(-child.pid, 0));
  });

  it('gets its arguments, environment, folder and log', async (t) => {
    const cwd = temporaryFolder(t);
    const logFile = join(cwd, 'logs', 'program.log');
    const child = await spawnGuarded({
      command: 'sh',
      args: ['-c', 'echo "$WORD $0 $PWD"; echo oops >&2; exit 3', 'a b'],
      env: { WORD: 'hello', PATH: process.env['PATH'] },
      cwd,
      logFile,
    });
    assert.deepEqual(await child.exited, { code: 3, signal: null });
    assert.equal(readFileSync(logFile, 'utf8'), `hello a b ${cwd}\noops\n`);
  });

  it('may be stopped twice, also after it has ended', async (t) => {
    const child = await spawnGuarded({
      command: 'sh',
      args: patient,
      logFile: join(temporaryFolder(t), 'program.log'),
    });
    const both = await Promise.all([child.stop(5_000), child.stop(5_000)]);
    assert.deepEqual(both, [
      { code: null, signal: 'SIGTERM' },
      { code: null, signal: 'SIGTERM' },
    ]);
    assert.deepEqual(await child.stop(0), { code: null, signal: 'SIGTERM' });
    assert.equal(identifyProcess(child.pid), null);
  });

  it('is ended by us when its guard is killed', async (t) => {
    const logFile = join(temporaryFolder(t), 'program.log');
    const args = ['-c', 'echo $PPID; exec sleep 600'];
    const child = await spawnGuarded({ command: 'sh', args, logFile });
    await waitFor('the pid of the guard', () => readFileSync(logFile, 'utf8').endsWith('\n'));
    process.kill(Number(readFileSync(logFile, 'utf8')), 'SIGKILL');
    await child.exited;
    assert.equal(identifyProcess(child.pid), null);
  });

  it('that cannot be started is an error that names it', async (t) => {
    const logFile = join(temporaryFolder(t), 'program.log');
    await assert.rejects(spawnGuarded({ command: '/no/such', args: [], logFile }), /\/no\/such/);
  });

  it('starts a new log when the old one is full', async (t) => {
    const logFile = join(temporaryFolder(t), 'program.log');
    writeFileSync(logFile, 'x'.repeat(10_000_001));
    const child = await spawnGuarded({ command: 'echo', args: ['new'], logFile });
    await child.exited;
    assert.equal(readFileSync(logFile, 'utf8'), 'new\n');
    assert.equal(readFileSync(`${logFile}.1`).length, 10_000_001);
  });
});

describe('a leftover of an earlier run', () => {
  it('is ended when it is the process that was noted', async (t) => {
    const pidFile = join(temporaryFolder(t), 'program.pid');
    const program = spawn('sleep', ['600'], { stdio: 'ignore' });
    t.after(() => program.kill('SIGKILL'));
    rememberProcess(pidFile, program.pid ?? 0);
    const ended = new Promise((resolve) => program.once('exit', resolve));
    assert.equal(await endLeftover(pidFile), true);
    await ended;
    assert.equal(existsSync(pidFile), false);
    assert.equal(await endLeftover(pidFile), false);
  });

  it('is left alone when the pid belongs to another process by now', async (t) => {
    const pidFile = join(temporaryFolder(t), 'program.pid');
    const other = spawn('sleep', ['600'], { stdio: 'ignore' });
    t.after(() => other.kill('SIGKILL'));
    writeFileSync(pidFile, JSON.stringify({ pid: other.pid, started: 'another time' }));
    assert.equal(await endLeftover(pidFile), false);
    assert.ok(identifyProcess(other.pid ?? 0));
    for (const text of ['', 'null', '{"pid":-1,"started":"x"}', '{"pid":1,"started":"x"}']) {
      writeFileSync(pidFile, text);
      assert.equal(await endLeftover(pidFile), false);
    }
  });
});
