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
  /** Done when nothing of an earlier run is left, before the start. */
  readonly prepare?: () => void;
  /** Further questions, until the answer is true. */
  readonly isReady: (probe: ManagerProbe) => Promise<boolean>;
}

/**
 * Ends what an earlier run left in this folder, writes the configuration, starts one Asterisk and waits
 * until it has booted and is ready. Sub-processes end with us.
 * @throws Error with the end of its log when it does not get ready.
 */
export async function startInstance(options: InstanceStart): Promise<Instance> {
  const { root, folder, account, isReady } = options;
  const pidFile = join(folder, 'process.json');
  const logFile = join(folder, 'log', 'asterisk.log');
  await endLeftover(pidFile, { graceMs: stopGraceMs });
  writeInstanceFiles(options);
  options.prepare?.();
  const { command, args } = asteriskCommand(root);
  const child = await spawnGuarded({
    command,
    args: [...args, '-f', '-n', '-C', join(folder, 'etc', 'asterisk.conf')],
    logFile,
    pidFile,
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
