// node scripts/run.mjs FILE.ts …: installs what is missing, then runs one of our programs in this very process,
// so that Ctrl-C, a kill and the exit code are the program's own.
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { install } from './install.mjs';

/** `file` is relative to the current folder; `args` are what the program sees. */
export async function run(file, args) {
  await install();
  const { register } = await import('tsx/esm/api');
  register();
  process.argv.splice(1, process.argv.length, resolve(file), ...args);
  await import(pathToFileURL(resolve(file)).href);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file, ...args] = process.argv.slice(2);
  await run(file, args);
}
