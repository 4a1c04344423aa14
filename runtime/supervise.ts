import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { endLeftover, rememberProcess } from './leftover.ts';

export interface SupervisedCommand {
  /** For messages, such as `trunk-owner carrier-a`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment. Default: ours. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Hears every line the child writes. */
  readonly onLine: (line: string, from: 'stdout' | 'stderr') => void;
  /** Hears every end that we did not ask for, and when it is started again. */
  readonly onExit?: (
    status: { code: number | null; signal: string | null },
    retryMs: number,
  ) => void;
  /** Delays between starts. Default: from 250 ms, doubled up to 15 s; from the first again after a minute of running. */
  readonly restart?: { readonly firstMs: number; readonly longestMs: number };
  /** Where the process is noted; what an earlier run left behind there is ended first. */
  readonly pidFile?: string;
}

export interface Supervised {
  /** Of the process that runs now; null between two of them. */
  pid(): number | null;
  /** SIGTERM, SIGKILL after `graceMs`; resolves when it is gone. May be called twice; the shortest grace counts. */
  stop(graceMs: number): Promise<void>;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** Tells a child that it is supervised, see end-with-parent.ts. */
export const supervisedVariable = 'DIALER_SUPERVISED';

const steadyMs = 60_000;

/**
 * Keeps one of our own programs running: started again with growing delays when it ends. Its standard
 * input is a pipe that we hold: a child that calls endWithParent ends when we are gone, by kill -9 too. It
 * has a process group of its own, so that Ctrl-C reaches us alone and we end it in our order.
 */
export function supervise(command: SupervisedCommand): Supervised {
  const stopping = new AbortController();
  let child: Child | null = null;
  const done = keepRunning(command, stopping.signal, (next) => (child = next));
  return {
    pid: () => child?.pid ?? null,
    async stop(graceMs) {
      stopping.abort();
      child?.kill('SIGTERM');
      const force = setTimeout(() => killGroup(child), graceMs);
      await done;
      clearTimeout(force);
    },
  };
}

function killGroup(child: Child | null): void {
  try {
    if (child?.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}

async function keepRunning(
  command: SupervisedCommand,
  stopping: AbortSignal,
  setChild: (child: Child | null) => void,
): Promise<void> {
  const { restart = { firstMs: 250, longestMs: 15_000 }, pidFile, onExit } = command;
  if (pidFile !== undefined) await endLeftover(pidFile).catch(() => false);
  let waitMs = restart.firstMs;
  while (!stopping.aborted) {
    const startedAt = performance.now();
    const status = await runOnce(command, setChild);
    setChild(null);
    if (stopping.aborted) return;
    if (performance.now() - startedAt > steadyMs) waitMs = restart.firstMs;
    onExit?.(status, waitMs);
    await delay(waitMs, undefined, { signal: stopping }).catch(() => undefined);
    waitMs = Math.min(waitMs * 2, restart.longestMs);
  }
}

function runOnce(
  { command, args, env = process.env, cwd, onLine, pidFile }: SupervisedCommand,
  setChild: (child: Child) => void,
): Promise<{ code: number | null; signal: string | null }> {
  const child = spawn(command, args, {
    cwd,
    env: { ...env, [supervisedVariable]: '1' },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  setChild(child);
  child.stdin.on('error', () => undefined);
  createInterface({ input: child.stdout }).on('line', (line) => onLine(line, 'stdout'));
  createInterface({ input: child.stderr }).on('line', (line) => onLine(line, 'stderr'));
  if (pidFile !== undefined && child.pid !== undefined) rememberProcess(pidFile, child.pid);
  return new Promise((resolve) => {
    child.once('error', (error) => {
      onLine(error.message, 'stderr');
      resolve({ code: null, signal: null });
    });
    child.once('exit', (code, signal) => {
      killGroup(child);
      const settle = (): void => resolve({ code, signal });
      // What it wrote last is still to be read; a stranger that holds its pipes is not waited for.
      child.once('close', settle);
      setTimeout(settle, 1_000).unref();
    });
  });
}
