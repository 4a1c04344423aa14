import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { findInstalledAsterisk } from '../../asterisk/provision/find-installed-asterisk.ts';
import type { ExtraTrunk } from '../../asterisk/provision/extra-trunks.ts';
import { startAsterisk, type RunningAsterisk } from '../../asterisk/provision/start-asterisk.ts';
import { identifyProcess } from '../../runtime/process-identity.ts';
import { requireOrSkip } from './skip-or-fail.ts';

export interface RealAsterisk extends RunningAsterisk {
  /** Configuration and logs of `dialer` and `carrier`. */
  readonly runDir: string;
  /** Kills the PBX, not the carrier's record, and starts both again on the same port. */
  restart(): Promise<void>;
}

/** Where `npm run asterisk:install` puts it; null when it was not run. */
export function installedAsterisk(): { root: string } | null {
  return findInstalledAsterisk(process.env['DIALER_DATA_DIR'] ?? '.dialer');
}

/**
 * A real Asterisk with a second one as its carrier, in a folder of its own, gone after the test; null when
 * the test was skipped because none is installed.
 */
export async function startRealAsterisk(
  t: TestContext,
  extraTrunks: readonly ExtraTrunk[] = [],
): Promise<RealAsterisk | null> {
  const installed = installedAsterisk();
  const reason = 'no Asterisk is installed; npm run asterisk:install provides one';
  if (!requireOrSkip(t, installed !== null, reason) || installed === null) return null;
  const runDir = await mkdtemp(join(tmpdir(), 'dialer-asterisk-'));
  const start = () => startAsterisk({ root: installed.root, runDir, extraTrunks });
  let running = await start();
  t.after(async () => {
    await running.stop();
    await rm(runDir, { recursive: true, force: true });
  });
  return {
    ...running,
    runDir,
    get ami() {
      return running.ami;
    },
    async restart() {
      for (const pid of Object.values(running.pids)) {
        // A test may have killed it before.
        if (identifyProcess(pid)) process.kill(pid, 'SIGKILL');
      }
      running = await start();
    },
    stop: () => running.stop(),
  };
}
