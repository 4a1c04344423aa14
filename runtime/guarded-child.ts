import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { endProcess } from './end-process.ts';
import { rememberProcess } from './leftover.ts';
import { identifyProcess, type ProcessIdentity } from './process-identity.ts';

export interface GuardedCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the program. Default: ours. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Gets stdout and stderr of the program; kept below 10 MB over restarts by one old copy, `.1`. */
  readonly logFile: string;
  /** Where the process is noted, for endLeftover. */
  readonly pidFile?: string;
  /** Another user to run as; only root can. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** What asks the program to end. Default SIGTERM. */
  readonly stopSignal?: NodeJS.Signals;
  /** How long it may take to end when we have died, before SIGKILL. Default 10 s. */
  readonly orphanGraceMs?: number;
}

export interface ExitStatus {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface GuardedChild {
  /** The program's own pid, not its guard's. */
  readonly pid: number;
  /** Never rejects. */
  readonly exited: Promise<ExitStatus>;
  /** Asks it to end, SIGKILL after `graceMs`; resolves when it is gone. May be called twice. */
  stop(graceMs: number): Promise<ExitStatus>;
}

type Guard = ChildProcessByStdio<Writable, Readable, null>;
const guardFile = fileURLToPath(new URL('./guard.mjs', import.meta.url));
const fullLog = 10_000_000;

/**
 * Runs a program so that it ends when we do, by kill -9 too, see guard.mjs. It has a process group
 * of its own: Ctrl-C on our terminal does not reach it, we end it in our order.
 * @throws Error when the program cannot be started.
 */
export async function spawnGuarded(command: GuardedCommand): Promise<GuardedChild> {
  prepareLog(command.logFile);
  const guard = spawn(process.execPath, [guardFile], {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { PATH: process.env['PATH'] },
  });
  // A guard that is gone shows in its exit.
  guard.stdin.on('error', () => undefined);
  const { started, exited } = watch(guard, command);
  tell(guard, { orphanGraceMs: 10_000, env: process.env, ...command });
  const pid = await started;
  if (command.pidFile !== undefined) rememberProcess(command.pidFile, pid);
  return {
    pid,
    exited,
    stop: (graceMs) => {
      tell(guard, { stop: graceMs });
      return exited;
    },
  };
}

function tell(guard: Guard, message: object): void {
  if (guard.stdin.writable) guard.stdin.write(`${JSON.stringify(message)}\n`);
}

/** Follows what the guard says, and takes over when the guard itself is killed. */
function watch(guard: Guard, { command, stopSignal = 'SIGTERM' }: GuardedCommand) {
  let identity: ProcessIdentity | null = null;
  let status: ExitStatus = { code: null, signal: null };
  const closed = new Promise<void>((resolve) => guard.once('close', () => resolve()));
  const started = new Promise<number>((resolve, reject) => {
    guard.once('error', reject);
    void closed.then(() => reject(new Error(`${command}: its guard ended before it was started`)));
    createInterface({ input: guard.stdout }).on('line', (line) => {
      const message = JSON.parse(line) as { pid?: number; error?: string; exit?: ExitStatus };
      if (message.error !== undefined) reject(new Error(`${command}: ${message.error}`));
      if (message.exit) status = message.exit;
      if (message.pid === undefined) return;
      identity = identifyProcess(message.pid);
      resolve(message.pid);
    });
  });
  const exited = closed.then(async () => {
    // Only a guard that was killed leaves the program behind.
    if (identity) await endProcess(identity, stopSignal, 5_000).catch(() => undefined);
    return status;
  });
  return { started, exited };
}

function prepareLog(logFile: string): void {
  mkdirSync(dirname(logFile), { recursive: true });
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (size < fullLog) return;
  rmSync(`${logFile}.1`, { force: true });
  renameSync(logFile, `${logFile}.1`);
}
