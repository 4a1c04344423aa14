import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findDebianMirror } from './debian-mirror.ts';
import { downloadPackages } from './download-packages.ts';
import { asteriskRoot, findInstalledAsterisk } from './find-installed-asterisk.ts';
import { asteriskCommand, isKnownMachine } from './library-path.ts';
import { missingTools } from './missing-tools.ts';
import { ProvisionError } from './provision-error.ts';

const packages = ['asterisk', 'asterisk-core-sounds-en-gsm'];

export interface InstallOptions {
  readonly dataDir: string;
  /** Told what is happening, one line each. */
  readonly say: (line: string) => void;
}

/**
 * Unpacks Asterisk 22 into `<dataDir>/asterisk/root`, about 270 MB, as any user and touching nothing else
 * of the system; does nothing when it is there. It is unpacked beside and then moved in place, so that it
 * is there whole or not at all.
 * @throws ProvisionError when this machine lacks something, saying what to install.
 */
export async function installAsterisk({ dataDir, say }: InstallOptions): Promise<string> {
  const installed = findInstalledAsterisk(dataDir);
  if (installed) {
    say(`Asterisk is already in ${installed.root}`);
    return installed.root;
  }
  await checkMachine();
  const root = asteriskRoot(dataDir);
  await mkdir(dirname(root), { recursive: true });
  const draft = await mkdtemp(join(dirname(root), '.unpacking-'));
  try {
    const mirror = await findDebianMirror();
    say(`Fetching Asterisk from ${mirror}, about 80 MB`);
    const archives = await downloadPackages(packages, mirror, join(draft, 'apt'));
    say(`Unpacking ${archives.length} packages into ${root}`);
    await unpack(archives, join(draft, 'root'));
    const version = await versionOf(join(draft, 'root'));
    await rename(join(draft, 'root'), root);
    say(`${version} is ready in ${root}`);
    return root;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function checkMachine(): Promise<void> {
  if (!isKnownMachine()) {
    throw new ProvisionError(
      `Asterisk can be unpacked on Linux on x86-64 or 64-bit ARM only, not on ${process.platform} ${process.arch}. Use the simulator, or an Asterisk of your own.`,
    );
  }
  const complaint = await missingTools();
  if (complaint !== null) throw new ProvisionError(complaint);
}

/** Extracts only: no script of any package runs. */
async function unpack(archives: readonly string[], folder: string): Promise<void> {
  await mkdir(folder);
  for (const archive of archives) {
    await promisify(execFile)('dpkg-deb', ['--extract', archive, folder]);
  }
}

async function versionOf(root: string): Promise<string> {
  const { command, args } = asteriskCommand(root);
  const { stdout } = await promisify(execFile)(command, [...args, '-V']);
  return stdout.trim();
}
