import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { chmod, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

/** Temporal's own download service, as its SDKs use it for their tests. */
const service = 'https://temporal.download';
const sdkVersion = '1.24.0';

/**
 * Downloads one of Temporal's programs to `target` and makes it executable.
 * @throws Error when the service cannot be reached, has nothing for this machine, or `tar` fails.
 */
export async function downloadTemporalProgram(
  artifact: 'cli' | 'temporal-test-server',
  target: string,
  from: string = service,
): Promise<void> {
  const { archiveUrl, fileToExtract } = await describe(artifact, from);
  const folder = await mkdtemp(join(dirname(target), '.download-'));
  try {
    const archive = join(folder, 'archive.tar.gz');
    const body = await get(archiveUrl, 600_000);
    await pipeline(Readable.fromWeb(body), createWriteStream(archive));
    await promisify(execFile)('tar', ['-xzf', archive, '-C', folder, fileToExtract]);
    await chmod(join(folder, fileToExtract), 0o755);
    await rename(join(folder, fileToExtract), target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function describe(artifact: string, from: string) {
  const url = new URL(`${from}/${artifact}/default`);
  url.searchParams.set('arch', process.arch === 'x64' ? 'amd64' : process.arch);
  url.searchParams.set('platform', process.platform);
  url.searchParams.set('format', 'tar.gz');
  url.searchParams.set('sdk-name', 'sdk-typescript');
  url.searchParams.set('sdk-version', sdkVersion);
  const info = (await new Response(await get(url.href, 30_000)).json()) as {
    archiveUrl?: unknown;
    fileToExtract?: unknown;
  };
  const { archiveUrl, fileToExtract } = info;
  if (typeof archiveUrl !== 'string' || typeof fileToExtract !== 'string') {
    throw new Error(`${url.origin} does not say where its ${artifact} is`);
  }
  // A name out of somebody's answer: it must stay inside our folder.
  if (!/^[\w.-]+(?:\/[\w.-]+)*$/.test(fileToExtract) || fileToExtract.includes('..')) {
    throw new Error(`${url.origin} names a file that cannot be extracted`);
  }
  return { archiveUrl, fileToExtract };
}

async function get(url: string, timeoutMs: number) {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  } catch (error) {
    const { cause, message } = error as Error;
    const why = cause instanceof Error ? cause.message : message;
    throw new Error(`${new URL(url).origin}: ${why}`, { cause: error });
  }
  if (!response.ok || !response.body) {
    throw new Error(`${new URL(url).origin} answered ${response.status}`);
  }
  return response.body;
}
