import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ProvisionError } from './provision-error.ts';

/** The keys Debian signs with; every Debian has them. */
export const debianKeyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * The Debian mirror that DIALER_DEBIAN_MIRROR or this machine's own apt sources name, so that a mirror of
 * the house is used.
 * @throws ProvisionError where neither names one, as on Ubuntu
 */
export async function findDebianMirror(): Promise<string> {
  const given = process.env['DIALER_DEBIAN_MIRROR'];
  if (given !== undefined && given !== '') return pickDebianMirror([given]);
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
  if (found !== undefined) return found.replace(/\/$/, '');
  throw new ProvisionError(
    'no Debian mirror is known here: name one by DIALER_DEBIAN_MIRROR, an address that ends in /debian',
  );
}
