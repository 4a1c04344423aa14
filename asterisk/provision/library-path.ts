import { join } from 'node:path';

/** Debian's name for a machine's kind, and the program there that loads programs. */
const machines: Readonly<Partial<Record<NodeJS.Architecture, readonly [string, string]>>> = {
  x64: ['x86_64-linux-gnu', 'ld-linux-x86-64.so.2'],
  arm64: ['aarch64-linux-gnu', 'ld-linux-aarch64.so.1'],
};

/** True when an Asterisk can be unpacked for this machine. */
export function isKnownMachine(): boolean {
  return process.platform === 'linux' && machines[process.arch] !== undefined;
}

/** Folder of the unpacked libraries. */
export function libraryFolder(root: string): string {
  return join(root, 'usr/lib', thisMachine()[0]);
}

/**
 * The command that runs the unpacked Asterisk from wherever it lies: its own loader with its own
 * libraries, so that nothing of the system is used or touched.
 */
export function asteriskCommand(root: string): { command: string; args: string[] } {
  const libraries = libraryFolder(root);
  return {
    command: join(libraries, thisMachine()[1]),
    args: [
      '--library-path',
      `${libraries}:${join(libraries, 'asterisk')}`,
      join(root, 'usr/sbin/asterisk'),
    ],
  };
}

function thisMachine(): readonly [string, string] {
  const machine = machines[process.arch];
  if (machine === undefined) throw new Error(`no Asterisk can be unpacked for ${process.arch}`);
  return machine;
}
