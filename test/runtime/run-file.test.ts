import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { RefusedError } from '../../domain/errors.ts';
import { nodeCommand } from '../../runtime/node-command.ts';
import { lockDataDir, readRunFile } from '../../runtime/run-file.ts';
import { temporaryFolder } from './temporary-folder.ts';

const run = {
  databaseUrl: 'postgres://dialer:x@127.0.0.1:1/dialer',
  temporalAddress: '127.0.0.1:2',
  temporalNamespace: 'default',
  temporalUi: 'http://127.0.0.1:3',
  http: null,
  pbx: null,
  trunks: ['carrier-a'],
};

const holderFile = nodeCommand(new URL('./lock-holder.ts', import.meta.url));

/** Another process that takes the folder, and what it says of that. */
async function holder(t: TestContext, dataDir: string) {
  const args = [...holderFile.args, dataDir, JSON.stringify(run)];
  const child = spawn(holderFile.command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const [said] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, said };
}

async function kill({ child }: Awaited<ReturnType<typeof holder>>): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

describe('the run file', () => {
  it('tells where the engine is while it runs, for its owner alone', (t) => {
    const dataDir = temporaryFolder(t);
    assert.equal(readRunFile(dataDir), null);
    const lock = lockDataDir(dataDir);
    assert.equal(readRunFile(dataDir), null);
    lock.publish(run);
    const { pid, temporalUi, trunks } = readRunFile(dataDir) ?? {};
    assert.deepEqual(
      { pid, temporalUi, trunks },
      { pid: process.pid, temporalUi: run.temporalUi, trunks: run.trunks },
    );
    assert.equal(statSync(join(dataDir, 'run.json')).mode & 0o777, 0o600);
    lock.release();
    lock.release();
    assert.equal(readRunFile(dataDir), null);
    assert.deepEqual(readdirSync(dataDir), []);
  });

  it('is not believed after its process was killed', async (t) => {
    const dataDir = temporaryFolder(t);
    const other = await holder(t, dataDir);
    assert.equal(readRunFile(dataDir)?.pid, other.child.pid);
    await kill(other);
    assert.equal(existsSync(join(dataDir, 'run.json')), true);
    assert.equal(readRunFile(dataDir), null);
  });

  it('that is damaged counts as none', (t) => {
    const dataDir = temporaryFolder(t);
    for (const text of ['', '{', '[]', 'null', '{"pid":1}']) {
      writeFileSync(join(dataDir, 'run.json'), text);
      assert.equal(readRunFile(dataDir), null);
    }
  });
});

describe('the lock of the data folder', () => {
  it('refuses a second process, and names the first', async (t) => {
    const dataDir = temporaryFolder(t);
    const other = await holder(t, dataDir);
    assert.throws(
      () => lockDataDir(dataDir),
      (error: Error) =>
        error instanceof RefusedError &&
        error.code === 'ALREADY_RUNNING' &&
        error.message.includes(String(other.child.pid)),
    );
    assert.equal(readRunFile(dataDir)?.pid, other.child.pid);
  });

  it('of a killed process is taken over, also when its pid is used again', async (t) => {
    const dataDir = temporaryFolder(t);
    const other = await holder(t, dataDir);
    await kill(other);
    lockDataDir(dataDir).release();
    const reused = { pid: process.ppid, started: 'at another time' };
    writeFileSync(join(dataDir, 'up.lock'), JSON.stringify(reused));
    const lock = lockDataDir(dataDir);
    assert.equal(
      (JSON.parse(readFileSync(join(dataDir, 'up.lock'), 'utf8')) as typeof reused).pid,
      process.pid,
    );
    lock.release();
    assert.deepEqual(readdirSync(dataDir), []);
  });

  it('goes to one of many that find a dead one at the same moment', async (t) => {
    const dataDir = temporaryFolder(t);
    writeFileSync(join(dataDir, 'up.lock'), 'left half written');
    const all = await Promise.all([1, 2, 3, 4].map(() => holder(t, dataDir)));
    const said = all.map((one) => one.said).sort();
    assert.deepEqual(said, ['ALREADY_RUNNING', 'ALREADY_RUNNING', 'ALREADY_RUNNING', 'held']);
  });
});
