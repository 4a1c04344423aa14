import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface InstalledAsterisk {
  /** The folder Asterisk and its libraries are unpacked in. */
  readonly root: string;
}

/** The Asterisk that `npm run asterisk:install` unpacked under the data folder; null when there is none. */
export function findInstalledAsterisk(dataDir: string): InstalledAsterisk | null {
  const root = asteriskRoot(dataDir);
  return existsSync(join(root, 'usr/sbin/asterisk')) ? { root } : null;
}

/** Where Asterisk is unpacked. */
export function asteriskRoot(dataDir: string): string {
  return resolve(dataDir, 'asterisk', 'root');
}
