import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, it, type TestContext } from 'node:test';
import { join } from 'node:path';
import { nodeCommand } from '../../runtime/node-command.ts';
import { identifyProcess, isAlive } from '../../runtime/process-identity.ts';
import { supervise, type SupervisedCommand } from '../../runtime/supervise.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { waitFor } from './wait-for.ts';

const child = nodeCommand(new URL('./supervised-child.ts', import.meta.url));
const parent = nodeCommand(new URL('./supervising-parent.ts', import.meta.url));

function supervised(t: TestContext, options: Partial<SupervisedCommand> = {}) {
  const lines: string[] = [];
  const exits: { code: number | null; signal: string | null; retryMs: number }[] = [];
  const program = supervise({
    name: 'child',
    ...child,
    onLine: (line) => void lines.push(line),
    onExit: (status, retryMs) => void exits.push({ ...status, retryMs }),
    restart: { firstMs: 10, longestMs: 40 },
    ...options,
  });
  t.after(() => program.stop(0));
  return { program, lines, exits };
}

describe('a supervised program', () => {
  it('is started again when it is killed', async (t) => {
    const { program, lines, exits } = supervised(t);
    await waitFor('its start', () => lines.length === 1);
    process.kill(program.pid() ?? 0, 'SIGKILL');
    await waitFor('its second start', () => lines.length === 2);
    assert.notEqual(lines[0], lines[1]);
    assert.deepEqual(exits, [{ code: null, signal: 'SIGKILL', retryMs: 10 }]);
  });

  it('is started with growing delays, up to the longest, while it fails', async (t) => {
    const { exits, lines } = supervised(t, { command: 'sh', args: ['-c', 'echo no >&2; exit 3'] });
    await waitFor('five starts', () => exits.length === 5);
    assert.deepEqual(exits.map(({ retryMs }) => retryMs).slice(0, 5), [10, 20, 40, 40, 40]);
    assert.deepEqual(lines.slice(0, 2), ['no', 'no']);
  });

  it('that does not exist is reported and tried again', async (t) => {
    const { exits, lines } = supervised(t, { command: '/no/such/program', args: [] });
    await waitFor('two tries', () => exits.length === 2);
    assert.match(lines[0] ?? '', /no\/such\/program/);
  });

  it('ends in order when stopped, and may be stopped twice', async (t) => {
    const { program, lines, exits } = supervised(t);
    await waitFor('its start', () => lines.length === 1);
    await Promise.all([program.stop(5_000), program.stop(5_000)]);
    await program.stop(0);
    assert.deepEqual(lines.slice(1), ['ending in order']);
    assert.equal(program.pid(), null);
    assert.deepEqual(exits, []);
  });

  it('ends by force after the grace time', async (t) => {
    const { program, lines } = supervised(t, { args: [...child.args, 'stubborn'] });
    await waitFor('its start', () => lines.length === 1);
    const pid = program.pid() ?? 0;
    await program.stop(50);
    assert.equal(identifyProcess(pid), null);
  });

  it('ends by force even when a shorter grace is asked for later', async (t) => {
    const { program, lines } = supervised(t, { args: [...child.args, 'stubborn'] });
    await waitFor('its start', () => lines.length === 1);
    await Promise.all([program.stop(60_000), program.stop(20)]);
    assert.equal(program.pid(), null);
  });

  it('can be stopped between two starts', async (t) => {
    const restart = { firstMs: 60_000, longestMs: 60_000 };
    const { program, exits } = supervised(t, { command: 'false', args: [], restart });
    await waitFor('its end', () => exits.length === 1);
    await program.stop(60_000);
  });

  it('is not in our process group, so Ctrl-C does not reach it', async (t) => {
    const { program, lines } = supervised(t);
    await waitFor('its start', () => lines.length === 1);
    assert.doesNotThrow(() => process.kill(-(program.pid() ?? 0), 0));
  });

  it('ends what an earlier run left behind', async (t) => {
    const pidFile = join(temporaryFolder(t), 'child.pid');
    const first = supervised(t, { pidFile, restart: { firstMs: 60_000, longestMs: 60_000 } });
    await waitFor('its start', () => first.lines.length === 1);
    const second = supervised(t, { pidFile });
    await waitFor('the second start', () => second.lines.length === 1);
    assert.deepEqual(first.lines.slice(1), ['ending in order']);
  });

  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    it(`ends when its parent is ended by ${signal}`, async (t) => {
      const process_ = spawn(parent.command, parent.args, { stdio: ['ignore', 'pipe', 'inherit'] });
      t.after(() => process_.kill('SIGKILL'));
      const [line] = (await once(createInterface({ input: process_.stdout }), 'line')) as [string];
      const identity = identifyProcess(Number(line));
      assert.ok(identity);
      process_.kill(signal);
      await waitFor('the end of the child', () => !isAlive(identity));
    });
  }
});
