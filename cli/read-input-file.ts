import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Terminal } from './cli.ts';
import { UsageError } from './usage-error.ts';

/** A campaign file is some lines of rules; anything larger is another file. */
const largestTextFile = 1_000_000;

/** The text of a small file named on the command line; `-` is standard input. */
export async function readInputText(name: string, terminal: Terminal): Promise<string> {
  if (name === '-') return readAll(terminal.stdin);
  const file = path.resolve(terminal.cwd, name);
  const { size } = await stat(file).catch((error: unknown) => refuse(name, error));
  if (size > largestTextFile) throw new UsageError(`${name} is too large to be a campaign file.`);
  return readFile(file, 'utf8').catch((error: unknown) => refuse(name, error));
}

/** A file named on the command line as a stream; `-` is standard input. Fails before the first byte is asked for. */
export async function openInputFile(
  name: string,
  terminal: Terminal,
): Promise<AsyncIterable<Uint8Array>> {
  if (name === '-') return terminal.stdin;
  const file = path.resolve(terminal.cwd, name);
  const handle = await open(file, 'r').catch((error: unknown) => refuse(name, error));
  const isFolder = (await handle.stat()).isDirectory();
  await handle.close();
  if (isFolder) throw new UsageError(`Cannot read ${name}: it is a folder.`);
  return createReadStream(file) as AsyncIterable<Uint8Array>;
}

async function readAll(input: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of input) {
    size += piece.length;
    if (size > largestTextFile)
      throw new UsageError('The input is too large to be a campaign file.');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read',
  EISDIR: 'it is a folder',
};

function refuse(name: string, error: unknown): never {
  const { code = '' } = error as NodeJS.ErrnoException;
  throw new UsageError(`Cannot read ${name}: ${reasons[code] ?? String(error)}.`);
}
