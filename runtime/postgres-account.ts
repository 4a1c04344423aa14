import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Which user runs Postgres, and how. */
export interface PostgresAccount {
  /** Null: we ourselves. */
  readonly user: { readonly uid: number; readonly gid: number } | null;
  /** A command to put in front; it becomes that user itself. Empty: the guard changes the user. */
  readonly prefix: readonly string[];
}

/**
 * Postgres refuses to run as root. For root it runs as the owner of `folder` if that is another user
 * already, else as `postgres` or `nobody`. When that user cannot reach the program or the folder (a
 * checkout under /root), it gets the one capability that opens the way, and nothing else of root's.
 * @throws Error when there is no way, with what to do.
 */
export async function choosePostgresAccount(
  folder: string,
  program: string,
): Promise<PostgresAccount> {
  if (process.getuid?.() !== 0) return { user: null, prefix: [] };
  const user = ownerOf(folder) ?? userNamed('postgres') ?? userNamed('nobody');
  if (!user) throw new Error(`${noWay(program)}: there is no user postgres or nobody`);
  if (isOpenToAll(dirname(program)) && isOpenToAll(dirname(folder))) return { user, prefix: [] };
  for (const capability of ['dac_read_search', 'dac_override']) {
    const prefix = withCapability(user, capability);
    if (await canRun([...prefix, program, '--version'])) return { user, prefix };
  }
  throw new Error(`${noWay(program)}: uid ${user.uid} cannot reach it`);
}

function noWay(program: string): string {
  return (
    `the embedded Postgres (${program}) does not run as root; run as another user, or put the ` +
    'checkout and DIALER_DATA_DIR where everybody may read, or give database.url'
  );
}

function ownerOf(folder: string): PostgresAccount['user'] {
  const stats = statSync(folder, { throwIfNoEntry: false });
  return stats && stats.uid !== 0 ? { uid: stats.uid, gid: stats.gid } : null;
}

function userNamed(name: string): PostgresAccount['user'] {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : null;
}

function isOpenToAll(folder: string): boolean {
  const mode = statSync(folder, { throwIfNoEntry: false })?.mode ?? 0;
  const parent = dirname(folder);
  return (mode & 0o005) === 0o005 && (parent === folder || isPassable(parent));
}

function isPassable(folder: string): boolean {
  const parent = dirname(folder);
  return (statSync(folder).mode & 0o001) !== 0 && (parent === folder || isPassable(parent));
}

/**
 * setpriv(1) of util-linux. Without no_setuid_fixup, access(2) would not count the capability, and
 * Postgres asks access(2) whether its own files are there.
 */
function withCapability({ uid, gid }: { uid: number; gid: number }, capability: string): string[] {
  return [
    'setpriv',
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    '--securebits=+no_setuid_fixup',
    `--inh-caps=-all,+${capability}`,
    `--ambient-caps=-all,+${capability}`,
  ];
}

function canRun([command = '', ...args]: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(command, args, (error, _output, complaints) => {
      resolve(error === null && !complaints.includes('denied'));
    });
  });
}
