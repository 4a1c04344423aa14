import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { endProcess } from './end-process.ts';
import {
  identifyProcess,
  isAlive,
  readIdentity,
  type ProcessIdentity,
} from './process-identity.ts';

/** Notes which process runs, so that a later run can end it should this one lose it. */
export function rememberProcess(pidFile: string, pid: number): void {
  const identity = identifyProcess(pid);
  if (identity) writeWhole(pidFile, JSON.stringify(identity));
}

/**
 * Ends the process that an earlier run noted in this file, if it still lives and is the same one.
 * True when there was one. `signal` default SIGTERM, SIGKILL after `graceMs` (default 10 s).
 */
export async function endLeftover(
  pidFile: string,
  { signal = 'SIGTERM', graceMs = 10_000 }: { signal?: NodeJS.Signals; graceMs?: number } = {},
): Promise<boolean> {
  const identity = remembered(pidFile);
  const lives = identity !== null && isAlive(identity);
  if (lives) await endProcess(identity, signal, graceMs);
  rmSync(pidFile, { force: true });
  return lives;
}

function remembered(pidFile: string): ProcessIdentity | null {
  try {
    return readIdentity(JSON.parse(readFileSync(pidFile, 'utf8')));
  } catch {
    return null;
  }
}

/** Writes a small file so that a reader sees the old or the new content, never half of it. */
export function writeWhole(path: string, content: string, mode = 0o600): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.new`;
  writeFileSync(draft, content, { mode });
  renameSync(draft, path);
}
