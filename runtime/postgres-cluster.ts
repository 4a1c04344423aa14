import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chownSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { spawnGuarded } from './guarded-child.ts';
import { endLeftover, writeWhole } from './leftover.ts';
import { logTail } from './log-tail.ts';
import type { PostgresAccount } from './postgres-account.ts';

/** Only what Postgres needs: PGDATA and its like in our environment must not steer it. */
export function postgresEnvironment(): Record<string, string | undefined> {
  return { PATH: process.env['PATH'], LC_ALL: 'C' };
}

/**
 * Makes the data folder `<folder>/data` if it is not there, whole or not at all, and returns the password
 * of its superuser `dialer`, which is kept in `<folder>/password` (mode 0600).
 * @throws Error when the folder is of another Postgres version or initdb fails (with its words).
 */
export async function ensureCluster(
  folder: string,
  logFile: string,
  initdb: string,
  { user, prefix }: PostgresAccount,
): Promise<string> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (user) chownSync(folder, user.uid, user.gid);
  checkOwner(folder);
  const data = join(folder, 'data');
  if (existsSync(join(data, 'PG_VERSION'))) {
    checkVersion(data);
    return readPassword(folder);
  }
  const pidFile = join(folder, 'initdb.pid');
  await endLeftover(pidFile);
  const draft = join(folder, 'data.new');
  rmSync(draft, { recursive: true, force: true });
  const password = randomBytes(24).toString('hex');
  writeWhole(join(folder, 'password'), `${password}\n`);
  // initdb reads its copy as the other user.
  const passwordCopy = join(folder, 'password.initdb');
  rmSync(passwordCopy, { force: true });
  writeFileSync(passwordCopy, `${password}\n`, { mode: 0o600 });
  if (user) chownSync(passwordCopy, user.uid, user.gid);
  const [command = '', ...args] = [...prefix, initdb, ...initdbArguments(draft, passwordCopy)];
  const child = await spawnGuarded({
    command,
    args,
    env: postgresEnvironment(),
    cwd: '/',
    logFile,
    pidFile,
    ...(user && prefix.length === 0 ? { user } : {}),
  });
  const { code } = await child.exited;
  rmSync(passwordCopy, { force: true });
  rmSync(pidFile, { force: true });
  if (code !== 0) throw new Error(`initdb failed:\n${logTail(logFile)}`);
  rmSync(data, { recursive: true, force: true });
  renameSync(draft, data);
  return password;
}

function checkOwner(folder: string): void {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch {
    throw new Error(
      `${folder} belongs to another user: run as that user, or set DIALER_DATA_DIR to a folder of your own`,
    );
  }
}

function initdbArguments(draft: string, passwordFile: string): string[] {
  return [
    `--pgdata=${draft}`,
    '--username=dialer',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--no-locale',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ];
}

const majorVersion = '18';

function checkVersion(data: string): void {
  const version = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
  if (version === majorVersion) return;
  throw new Error(
    `${data} was written by Postgres ${version}, this is ${majorVersion}: dump it with the old version and load it, or move it away`,
  );
}

function readPassword(folder: string): string {
  const file = join(folder, 'password');
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new Error(`${file} is missing, and with it the way into the database beside it`);
  }
}
