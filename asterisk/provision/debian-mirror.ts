import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The keys Debian signs with; every Debian has them. */
export const debianKeyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

const publicMirror = 'http://deb.debian.org/debian';

/**
 * The Debian mirror this machine's own apt sources name, so that a mirror of the house is used; the public
 * one on Debian-like systems that name none, such as Ubuntu.
 */
export async function findDebianMirror(): Promise<string> {
  const { stdout } = await promisify(execFile)('apt-get', [
    'indextargets',
    '--format',
    '$(REPO_URI)',
    'Created-By: Packages',
  ]);
  return pickDebianMirror(stdout.split('\n'));
}

/** The first address of the Debian archive itself, not of its security or any other archive. */
export function pickDebianMirror(addresses: readonly string[]): string {
  const found = addresses.find((address) => /^https?:\/\/\S+\/debian\/?$/.test(address));
  return found?.replace(/\/$/, '') ?? publicMirror;
}
