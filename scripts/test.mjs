// npm test: installs what is missing, provides the real parts that tests share, and runs all test files.
// Arguments: parts of file names to run only those; options (with a dash) go to node.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { install, root, say } from './install.mjs';

await install();
const { register } = await import('tsx/esm/api');
register();
process.chdir(root);

const args = process.argv.slice(2);
const options = args.filter((arg) => arg.startsWith('-'));
const filters = args.filter((arg) => !arg.startsWith('-')).map((arg) => relative(root, arg) || arg);
const files = testFiles().filter(
  (file) => filters.length === 0 || filters.some((filter) => file.includes(filter)),
);
if (files.length === 0) {
  say(`There is no test file ${filters.length > 0 ? `like ${filters.join(' or ')}` : 'at all'}.`);
  process.exit(1);
}

let stopping = false;
let tests = null;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    // Ctrl-C reaches the tests by itself; once they have ended we end too, in our own order.
    if (!stopping && signal !== 'SIGINT') tests?.kill(signal);
    stopping = true;
  });
}

const parts = await provideParts();
let code = 1;
try {
  if (!stopping) code = await runTests({ ...cleanEnvironment(), ...parts.env });
} finally {
  await parts.stop();
}
process.exitCode = stopping ? 130 : code;

function testFiles() {
  return readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join('test', name))
    .sort();
}

/** What many test files use: the Temporal programs, and one Postgres that makes a database for each. */
async function provideParts() {
  const { ensureTemporalBinary, ensureTestServerBinary } =
    await import('../runtime/temporal-binary.ts');
  const { startPostgres } = await import('../runtime/embedded-postgres.ts');
  const { findInstalledAsterisk } =
    await import('../asterisk/provision/find-installed-asterisk.ts');
  const dataDir = join(root, '.dialer');
  const scratch = mkdtempSync(join(tmpdir(), 'dialer-tests-'));
  chmodSync(scratch, 0o755);
  const settings = { fsync: 'off', synchronous_commit: 'off', max_connections: '300' };
  const [temporal, testServer, postgres] = await Promise.all([
    orMissing('Temporal', ensureTemporalBinary({ dataDir, say })),
    orMissing('the Temporal test server', ensureTestServerBinary({ dataDir, say })),
    orMissing('Postgres', startPostgres({ dataDir: scratch, settings })),
  ]);
  if (!findInstalledAsterisk(dataDir)) {
    missing('a real Asterisk', 'npm run asterisk:install brings one on Debian-like systems');
  }
  return {
    env: {
      ...(temporal && { DIALER_TEMPORAL_BINARY: temporal }),
      ...(testServer && { DIALER_TEST_SERVER_BINARY: testServer }),
      ...(postgres && { DIALER_TEST_DATABASE_URL: postgres.url }),
    },
    async stop() {
      await postgres?.stop();
      rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

async function orMissing(what, part) {
  try {
    return await part;
  } catch (error) {
    missing(what, error.message);
    return null;
  }
}

function missing(what, why) {
  const outcome = process.env['CI'] === 'true' ? 'its tests will fail' : 'its tests are skipped';
  say(`Missing: ${what}; ${outcome}. ${why}`);
}

/** Without settings of the engine that runs here: tests make their own. */
function cleanEnvironment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('DIALER_')),
  );
}

function runTests(env) {
  tests = spawn(
    process.execPath,
    [
      ...['--import', 'tsx', '--test', '--test-concurrency=2', '--test-reporter=spec'],
      ...['--test-timeout=900000', ...options, ...files],
    ],
    { cwd: root, env, stdio: 'inherit' },
  );
  return new Promise((resolve, reject) => {
    tests.once('error', reject);
    tests.once('close', (status) => resolve(status ?? 1));
  });
}
