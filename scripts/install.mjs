// Installs what npm start and npm test need and what is missing. Plain JavaScript that needs nothing but
// Node itself, because it runs before there are dependencies.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the project, wherever it was called from. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const oldestNode = [20, 19];

/** Ends the process with a sentence when this machine cannot run the project. */
export async function install() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1])) {
    giveUp(`Node ${oldestNode.join('.')} or newer is needed, this is ${process.versions.node}.`);
  }
  if (isInstalled()) return;
  say('Installing dependencies with npm ci; this takes a minute or two the first time …');
  const began = Date.now();
  const code = await npmCi();
  if (code !== 0) giveUp('npm ci failed; its own words are above. Mend that and start again.');
  if (!isInstalled())
    giveUp('npm ci ended well, but node_modules is not what package-lock.json says.');
  say(`Dependencies are installed (${Math.round((Date.now() - began) / 1000)} s).`);
}

/**
 * Whether node_modules is what package-lock.json asks for. npm writes its own record of it last, so after
 * an interrupted installation there is none.
 */
function isInstalled() {
  const wanted = packagesOf('package-lock.json');
  const present = packagesOf(join('node_modules', '.package-lock.json'));
  if (wanted === null || present === null) return false;
  return Object.entries(wanted).every(([path, { version, integrity, optional, link }]) => {
    // The project itself, and what npm leaves out on this system.
    if (path === '' || link || (optional && !present[path])) return true;
    const found = present[path];
    if (found?.version !== version || found?.integrity !== integrity) return false;
    return existsSync(join(root, path, 'package.json'));
  });
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages ?? null;
  } catch {
    return null;
  }
}

/** Its words go to stderr: stdout is for data. */
function npmCi() {
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env['npm_execpath'];
  const [command, all] =
    npm?.endsWith('.js') && existsSync(npm) ? [process.execPath, [npm, ...args]] : ['npm', args];
  const child = spawn(command, all, { cwd: root, stdio: ['ignore', 2, 2] });
  return new Promise((resolve) => {
    child.once('error', (error) => {
      say(`npm cannot be started: ${error.message}`);
      resolve(1);
    });
    child.once('close', (code, signal) => {
      // Ctrl-C reached npm too; a half-made node_modules is made anew the next time.
      if (signal !== null) process.exit(130);
      resolve(code);
    });
  });
}

export function say(line) {
  process.stderr.write(`${line}\n`);
}

function giveUp(line) {
  say(line);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await install();
