import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findInstalledAsterisk } from '../asterisk/provision/find-installed-asterisk.ts';
import { startAsterisk } from '../asterisk/provision/start-asterisk.ts';
import { ConfigError } from '../domain/errors.ts';
import type { ExitStatus } from './guarded-child.ts';
import type { Part } from './keep-part.ts';
import { writeWhole } from './leftover.ts';
import { logTail } from './log-tail.ts';
import { rememberedPort } from './loopback-port.ts';
import { nodeCommand } from './node-command.ts';
import { supervise } from './supervise.ts';

/** What `--pbx` may say: `auto` takes an installed Asterisk, else the simulator. */
export type PbxChoice = 'auto' | 'asterisk' | 'simulator';

export interface EmbeddedPbx extends Part {
  readonly kind: 'asterisk' | 'simulator';
  readonly ami: {
    readonly host: string;
    readonly port: number;
    readonly username: string;
    readonly secret: string;
  };
  /** With `{number}` in it: the way to the carrier. */
  readonly dialString: string;
  /** The carrier's own record of who was rung, kept over restarts. */
  readonly carrierLog: string;
}

export interface EmbeddedPbxOptions {
  readonly dataDir: string;
  readonly kind: EmbeddedPbx['kind'];
  /** Only the address of last time will do: others are told of it already. */
  readonly samePort: boolean;
}

/**
 * Which PBX the choice means here.
 * @throws ConfigError when an Asterisk is asked for and none is installed.
 */
export function choosePbx(choice: PbxChoice, dataDir: string): EmbeddedPbx['kind'] {
  if (choice === 'simulator') return 'simulator';
  if (findInstalledAsterisk(dataDir)) return 'asterisk';
  if (choice === 'auto') return 'simulator';
  throw new ConfigError([
    { path: '--pbx', message: 'no Asterisk is installed here: npm run asterisk:install' },
  ]);
}

/**
 * Starts the PBX of the embedded stack with its carrier, on loopback; address, secret and the carrier's
 * record stay the same over restarts.
 * @throws Error when it does not start.
 */
export async function startEmbeddedPbx(options: EmbeddedPbxOptions): Promise<EmbeddedPbx> {
  const { dataDir, kind } = options;
  const folder = join(dataDir, 'pbx');
  mkdirSync(folder, { recursive: true });
  const carrierLog = join(folder, 'carrier-calls.csv');
  appendFileSync(carrierLog, '', { mode: 0o600 });
  const place = { ...options, folder, carrierLog };
  return kind === 'asterisk' ? startRealAsterisk(place) : startSimulatorProcess(place);
}

interface Place extends EmbeddedPbxOptions {
  readonly folder: string;
  readonly carrierLog: string;
}

async function startRealAsterisk({ dataDir, folder, carrierLog, samePort }: Place) {
  const installed = findInstalledAsterisk(dataDir);
  if (!installed) throw new Error('the installed Asterisk is gone');
  const portFile = join(folder, 'asterisk-port');
  let end: (status: ExitStatus) => void;
  const exited = new Promise<ExitStatus>((resolve) => (end = resolve));
  const running = await startAsterisk({
    root: installed.root,
    runDir: join(dataDir, 'asterisk', 'run'),
    carrierLog,
    // Without its carrier it is of no use: when one of the two ends, both start again.
    onExit: (_role, status) => void running.stop().finally(() => end(status)),
  });
  const stop = async (): Promise<void> => {
    await running.stop();
    end({ code: 0, signal: null });
  };
  if (samePort && readFileSync(portFile, 'utf8') !== String(running.ami.port)) {
    await stop();
    throw new Error('its port is taken by another program');
  }
  writeWhole(portFile, String(running.ami.port));
  const { ami, trunkDialString: dialString } = running;
  return { kind: 'asterisk', ami, dialString, carrierLog, exited, stop } as const;
}

async function startSimulatorProcess({ folder, carrierLog, samePort }: Place) {
  const ami = {
    host: '127.0.0.1',
    port: await rememberedPort(join(folder, 'simulator-port'), samePort),
    username: 'dialer',
    secret: keptSecret(join(folder, 'simulator.secret')),
  };
  const logFile = join(folder, 'simulator.log');
  let end: (status: ExitStatus) => void;
  let ready: () => void;
  const exited = new Promise<ExitStatus>((resolve) => (end = resolve));
  const answered = new Promise<void>((resolve) => (ready = resolve));
  const program = supervise({
    name: 'simulator',
    ...nodeCommand(new URL(`../asterisk/simulator/main.${extension}`, import.meta.url)),
    env: { ...process.env, DIALER_SIMULATOR: JSON.stringify({ ...ami, carrierLog }) },
    pidFile: join(folder, 'simulator.pid'),
    onLine: (line, from) => {
      if (from === 'stdout') ready();
      else appendFileSync(logFile, `${line}\n`);
    },
    onExit: (status) => {
      end(status);
      void program.stop(0);
    },
  });
  await Promise.race([answered, exited]);
  const stop = async (): Promise<void> => {
    await program.stop(2_000);
    end({ code: 0, signal: null });
  };
  if (program.pid() === null) {
    await stop();
    throw new Error(`the simulator did not start:\n${logTail(logFile)}`);
  }
  const dialString = 'PJSIP/{number}@carrier';
  return { kind: 'simulator', ami, dialString, carrierLog, exited, stop } as const;
}

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

function keptSecret(file: string): string {
  if (!existsSync(file)) writeWhole(file, randomBytes(24).toString('hex'));
  return readFileSync(file, 'utf8');
}
