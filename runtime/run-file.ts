import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RefusedError } from '../domain/errors.ts';
import { writeWhole } from './leftover.ts';
import {
  identifyProcess,
  isAlive,
  readIdentity,
  type ProcessIdentity,
} from './process-identity.ts';

/** What a running `dialer up` tells the other commands on this machine: `<dataDir>/run.json`, mode 0600. */
export interface RunFile {
  readonly pid: number;
  /** With the password. */
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  /** URL of Temporal's web pages; null for a Temporal that is not embedded. */
  readonly temporalUi: string | null;
  /** URL of the health server; null when there is none. */
  readonly http: string | null;
  /** The embedded PBX; null when the configuration names its own. */
  readonly pbx: RunningPbx | null;
  /** Names of the trunks a campaign may use. */
  readonly trunks: readonly string[];
}

export interface RunningPbx {
  readonly kind: 'asterisk' | 'simulator';
  readonly host: string;
  readonly port: number;
  readonly username: string;
  /** File with the carrier's own record of who was rung. */
  readonly carrierLog: string;
}

/** The right to run on a data folder; nobody else has it until it is released or we are gone. */
export interface DataDirLock {
  /** Writes run.json: from now on the other commands find us. */
  publish(run: Omit<RunFile, 'pid'>): void;
  /** Removes run.json and gives the folder free. May be called twice. */
  release(): void;
}

/** What the `dialer up` of this data folder wrote, if it still runs; else null. */
export function readRunFile(dataDir: string): RunFile | null {
  try {
    const content = JSON.parse(readFileSync(join(dataDir, 'run.json'), 'utf8')) as RunFile;
    const identity = readIdentity(content);
    return identity && isAlive(identity) ? content : null;
  } catch {
    return null;
  }
}

/**
 * Takes the data folder for this process. A lock of a process that was killed is taken over.
 * @throws RefusedError `ALREADY_RUNNING` when another process runs on it.
 */
export function lockDataDir(dataDir: string): DataDirLock {
  const file = join(dataDir, 'up.lock');
  const runFile = join(dataDir, 'run.json');
  const self = identifyProcess(process.pid);
  if (!self) throw new Error('this process cannot find itself');
  mkdirSync(dirname(file), { recursive: true });
  take(file, self);
  rmSync(runFile, { force: true });
  let held = true;
  return {
    publish: (run) => writeWhole(runFile, `${JSON.stringify({ ...run, ...self }, null, 2)}\n`),
    release() {
      if (!held) return;
      held = false;
      rmSync(runFile, { force: true });
      rmSync(file, { force: true });
    },
  };
}

function take(file: string, self: ProcessIdentity): void {
  const draft = `${file}.${self.pid}`;
  writeFileSync(draft, JSON.stringify(self));
  try {
    for (;;) {
      if (linked(draft, file)) return;
      refuseIfAlive(file, file);
      // Dead: moved away, and looked at once more, because another process may have been faster.
      const stale = `${file}.stale.${self.pid}`;
      if (!moved(file, stale)) continue;
      try {
        refuseIfAlive(stale, file);
      } catch (error) {
        linked(stale, file);
        throw error;
      } finally {
        rmSync(stale, { force: true });
      }
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

function refuseIfAlive(file: string, name: string): void {
  const holder = readHolder(file);
  if (!holder || !isAlive(holder)) return;
  throw new RefusedError(
    'ALREADY_RUNNING',
    `dialer up already runs on ${dirname(name)} (process ${holder.pid}): end that one first, or set ` +
      'DIALER_DATA_DIR to another folder',
  );
}

function readHolder(file: string): ProcessIdentity | null {
  try {
    return readIdentity(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

/** A link is whole or absent, and fails where there is one already. */
function linked(from: string, to: string): boolean {
  return succeeds(() => linkSync(from, to), 'EEXIST');
}

function moved(from: string, to: string): boolean {
  return succeeds(() => renameSync(from, to), 'ENOENT');
}

function succeeds(action: () => void, expected: string): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === expected) return false;
    throw error;
  }
}
