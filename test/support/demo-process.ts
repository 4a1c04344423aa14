import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { readCarrierLog } from '../../asterisk/carrier-log.ts';
import { ensureTemporalBinary } from '../../runtime/temporal-binary.ts';
import { waitFor } from './wait-for.ts';

const root = path.join(import.meta.dirname, '..', '..');
const command = ['--import', import.meta.resolve('tsx'), path.join(root, 'cli', 'main.ts')];
const run = promisify(execFile);

export interface NumberRow {
  readonly number: string;
  readonly externalId: string;
  readonly callStatus: string | null;
  readonly attempts: number;
  readonly waitingFor: string | null;
}

/** A folder of its own in which `dialer demo` can be started, killed and started again. */
export interface DemoFolder {
  readonly folder: string;
  start(...args: string[]): DemoProcess;
  /** What the command line says of the running engine, as JSON Lines. */
  ask(...args: string[]): Promise<unknown[]>;
  /** How often the carrier recorded a call to each number, digits only. */
  rung(): Map<string, number>;
  remove(): Promise<void>;
}

export interface DemoProcess {
  readonly child: ChildProcess;
  stderr(): string;
  stdout(): string;
  readonly exited: Promise<number | null>;
  /** Waits for a line on stderr. */
  says(pattern: RegExp, limitMs?: number): Promise<void>;
}

export async function createDemoFolder(asteriskRoot?: string): Promise<DemoFolder> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'dialer-demo-'));
  const dataDir = path.join(folder, '.dialer');
  if (asteriskRoot !== undefined) {
    await mkdir(path.join(dataDir, 'asterisk'), { recursive: true });
    await symlink(asteriskRoot, path.join(dataDir, 'asterisk', 'root'));
  }
  const binary = await ensureTemporalBinary({ dataDir: path.join(root, '.dialer') });
  const environment = { ...process.env, DIALER_TEMPORAL_BINARY: binary, DIALER_DATA_DIR: dataDir };

  return {
    folder,
    start: (...args) => startDemo(folder, environment, args),
    async ask(...args) {
      const { stdout } = await run(process.execPath, [...command, ...args, '--json'], {
        cwd: folder,
        env: environment,
      });
      const lines = stdout.split('\n').filter((line) => line !== '');
      return lines.map((line) => JSON.parse(line) as unknown);
    },
    rung() {
      const counts = new Map<string, number>();
      const heard = new Set<string>();
      for (const call of readCarrierLog(path.join(dataDir, 'pbx', 'carrier-calls.csv'))) {
        // A carrier that is slow is asked again, and may write one call twice.
        if (call.callId !== null && heard.has(call.callId)) continue;
        if (call.callId !== null) heard.add(call.callId);
        counts.set(call.number, (counts.get(call.number) ?? 0) + 1);
      }
      return counts;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function startDemo(folder: string, env: NodeJS.ProcessEnv, args: readonly string[]): DemoProcess {
  const child = spawn(process.execPath, [...command, 'demo', ...args], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (text.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text.stderr += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    child,
    exited,
    stderr: () => text.stderr,
    stdout: () => text.stdout,
    async says(pattern, limitMs = 120_000) {
      await waitFor(async () => {
        const isOver = child.exitCode !== null || child.signalCode !== null;
        assert.ok(!isOver || pattern.test(text.stderr), `it ended early:\n${text.stderr}`);
        return pattern.test(text.stderr);
      }, limitMs).catch((error: unknown) => {
        throw new Error(`waited for ${String(pattern)} in:\n${text.stderr}`, { cause: error });
      });
    },
  };
}

/** The process ids below a process whose command line matches. */
export async function descendants(pid: number, pattern: RegExp): Promise<number[]> {
  const { stdout } = await run('ps', ['-eo', 'pid=,ppid=,args=']);
  const processes = stdout.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line);
    return match === null
      ? []
      : [{ pid: Number(match[1]), parent: Number(match[2]), args: match[3] ?? '' }];
  });
  const below = new Set([pid]);
  for (let size = 0; size !== below.size;) {
    size = below.size;
    for (const each of processes) if (below.has(each.parent)) below.add(each.pid);
  }
  return processes
    .filter((each) => each.pid !== pid && below.has(each.pid) && pattern.test(each.args))
    .map((each) => each.pid);
}
