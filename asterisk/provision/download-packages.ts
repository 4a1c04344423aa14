import { execFile } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { debianKeyring } from './debian-mirror.ts';
import { ProvisionError } from './provision-error.ts';

/** Debian's current releases have no Asterisk; unstable has the one with long-term support. */
const suite = 'sid';

/**
 * Fetches Debian packages with everything they depend on, checked against Debian's keys; paths of the
 * archives. apt works in `folder` with an empty list of what is installed, so it fetches even the C
 * library, and neither needs root nor knows of the system's own packages.
 * @throws ProvisionError with apt's own words when it fails.
 */
export async function downloadPackages(
  packages: readonly string[],
  mirror: string,
  folder: string,
): Promise<string[]> {
  await prepareFolder(folder, mirror);
  await apt(folder, 'update');
  await apt(folder, 'install', '--yes', '--download-only', ...packages);
  const cache = join(folder, 'var/cache/apt/archives');
  const names = await readdir(cache);
  return names.filter((name) => name.endsWith('.deb')).map((name) => join(cache, name));
}

async function prepareFolder(folder: string, mirror: string): Promise<void> {
  for (const part of [
    'etc/apt/apt.conf.d',
    'etc/apt/preferences.d',
    'etc/apt/sources.list.d',
    'var/lib/apt/lists/partial',
    'var/cache/apt/archives/partial',
    'var/lib/dpkg',
  ]) {
    await mkdir(join(folder, part), { recursive: true });
  }
  await writeFile(join(folder, 'var/lib/dpkg/status'), '');
  await writeFile(
    join(folder, 'etc/apt/sources.list'),
    `deb [signed-by=${debianKeyring}] ${mirror} ${suite} main\n`,
  );
  await writeFile(join(folder, 'apt.conf'), await aptConfiguration(folder));
}

async function aptConfiguration(folder: string): Promise<string> {
  return [
    // Proxies of the house are set in the system's configuration, which is not read otherwise.
    await systemSettings('Acquire::http'),
    await systemSettings('Acquire::https'),
    `Dir "${folder}";`,
    `Dir::State::status "${join(folder, 'var/lib/dpkg/status')}";`,
    'APT::Install-Recommends "false";',
    'Acquire::Languages "none";',
    'Acquire::Retries "3";',
    // The Release file of a frozen mirror may have expired.
    'Acquire::Check-Valid-Until "false";',
    // As root apt would fetch as a user of its own, who may not enter this folder.
    'APT::Sandbox::User "root";',
    '',
  ].join('\n');
}

async function systemSettings(section: string): Promise<string> {
  const { stdout } = await promisify(execFile)('apt-config', ['dump', section]);
  return stdout;
}

async function apt(folder: string, ...args: readonly string[]): Promise<void> {
  const env = { ...process.env, APT_CONFIG: join(folder, 'apt.conf'), LC_ALL: 'C.UTF-8' };
  try {
    await promisify(execFile)('apt-get', ['--quiet', ...args], { env, maxBuffer: 16_000_000 });
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new ProvisionError(`apt-get ${args[0]} failed:\n${stderr ?? String(error)}`);
  }
}
