import type { Writable } from 'node:stream';
import type { Command } from 'commander';
import { connectDialer } from '../client/connect-dialer.ts';
import type { DialerClient } from '../client/dialer-client.ts';
import { loadConfig, type DialerConfig } from '../runtime/config.ts';
import { exitCodes } from './exit-codes.ts';
import { writeLine } from './write-line.ts';

/** What a command line works with, so that a test can be its terminal. */
export interface Terminal {
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Aborted by Ctrl-C and SIGTERM; a command that never asks for it is ended by them at once. */
  stopSignal(): AbortSignal;
}

/** One run of the command line: its terminal, its options and what it ends with. */
export interface Cli {
  readonly terminal: Terminal;
  exitCode: number;
  /** Data, on stdout. */
  print(line: string): Promise<void>;
  printJson(value: unknown): Promise<void>;
  /** Talk, on stderr. */
  say(line: string): void;
  config(): DialerConfig;
  withClient(action: (client: DialerClient) => Promise<unknown>): Promise<void>;
}

export function createCli(terminal: Terminal, program: Command): Cli {
  const print = (line: string) => writeLine(terminal.stdout, line);
  const config = () => {
    const { config: path } = program.opts<{ config?: string }>();
    const from = path === undefined ? {} : { path };
    return loadConfig({ cwd: terminal.cwd, env: terminal.env, ...from });
  };
  return {
    terminal,
    exitCode: exitCodes.ok,
    print,
    printJson: (value) => print(JSON.stringify(value)),
    say: (line) => void terminal.stderr.write(`${line}\n`),
    config,
    async withClient(action) {
      const client = await connectDialer({ config: config() });
      try {
        await action(client);
      } finally {
        await client.close();
      }
    },
  };
}
