import { join } from 'node:path';
import { spawnGuarded, type GuardedChild } from '../../runtime/guarded-child.ts';
import { endLeftover } from '../../runtime/leftover.ts';
import { logTail } from '../../runtime/log-tail.ts';
import { writeInstanceFiles, type InstanceOptions } from './instance-files.ts';
import { asteriskCommand } from './library-path.ts';
import { openManagerProbe, type ManagerAccount, type ManagerProbe } from './manager-probe.ts';

const bootLimitMs = 30_000;
const pollMs = 50;
/** Asterisk ends in a fifth of a second; asked while it starts, it does not hear. */
const stopGraceMs = 3_000;

export interface Instance {
  readonly child: GuardedChild;
  readonly stop: () => Promise<void>;
}

export interface InstanceStart extends InstanceOptions {
  readonly account: ManagerAccount;
  /** Further questions, until the answer is true. */
  readonly isReady: (probe: ManagerProbe) => Promise<boolean>;
}

/** Ends the Asterisk that an earlier, killed run left in this folder; its ports are free afterwards. */
export async function endLeftInstance(folder: string): Promise<void> {
  await endLeftover(pidFileIn(folder), { graceMs: stopGraceMs });
}

/**
 * Writes the configuration, starts one Asterisk and waits until it has booted and is ready. It ends when we
 * do, by kill -9 too. Nothing of an earlier run may be left.
 * @throws Error with the end of its log when it does not get ready.
 */
export async function startInstance(options: InstanceStart): Promise<Instance> {
  const { root, folder, account, isReady } = options;
  const logFile = join(folder, 'log', 'asterisk.log');
  writeInstanceFiles(options);
  const { command, args } = asteriskCommand(root);
  const child = await spawnGuarded({
    command,
    args: [...args, '-f', '-n', '-C', join(folder, 'etc', 'asterisk.conf')],
    logFile,
    pidFile: pidFileIn(folder),
    orphanGraceMs: stopGraceMs,
  });
  let gone = false;
  void child.exited.then(() => (gone = true));
  const stop = async () => void (await child.stop(stopGraceMs));
  try {
    await untilReady(account, isReady, () => gone);
  } catch (error) {
    await stop();
    throw new Error(`Asterisk in ${folder} did not get ready: ${logTail(logFile)}`, {
      cause: error,
    });
  }
  return { child, stop };
}

function pidFileIn(folder: string): string {
  return join(folder, 'process.json');
}

async function untilReady(
  account: ManagerAccount,
  isReady: (probe: ManagerProbe) => Promise<boolean>,
  isGone: () => boolean,
): Promise<void> {
  const end = performance.now() + bootLimitMs;
  const probe = await retry(() => openManagerProbe(account), isGone, end);
  try {
    await retry(
      async () => {
        if (!(await isReady(probe))) throw new Error('it has booted, but is not ready');
      },
      isGone,
      end,
    );
  } finally {
    probe.close();
  }
}

async function retry<T>(attempt: () => Promise<T>, isGone: () => boolean, end: number): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (isGone() || performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  }
}
