import { existsSync } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { debianKeyring } from './debian-mirror.ts';

/** What this machine lacks for fetching Debian packages, and how to get it; null when nothing is missing. */
export async function missingTools(): Promise<string | null> {
  if (!(await isOnPath('apt-get')) || !(await isOnPath('dpkg-deb'))) {
    return 'Asterisk is unpacked from Debian packages, and this system has no apt-get. Use the simulator, or an Asterisk of your own.';
  }
  if (existsSync(debianKeyring)) return null;
  return 'The keys that Debian signs its packages with are missing. Install them with: sudo apt-get install -y debian-archive-keyring';
}

async function isOnPath(program: string): Promise<boolean> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const folder of folders) {
    const found = await access(join(folder, program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}
