import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { spawnGuarded, type ExitStatus, type GuardedChild } from './guarded-child.ts';
import { endLeftover } from './leftover.ts';
import { logTail } from './log-tail.ts';
import { isListening, rememberedPort } from './loopback-port.ts';

export interface TemporalOptions {
  /** The engine's data folder; ours is `temporal/` in it. */
  readonly dataDir: string;
  /** A `temporal` program, see ensureTemporalBinary. */
  readonly binary: string;
  /** Only the ports of last time will do: others are told of them already. Default false. */
  readonly samePort?: boolean;
}

export interface EmbeddedTemporal {
  /** `127.0.0.1:port`; the namespace is `default`. */
  readonly address: string;
  /** URL of its web pages. */
  readonly ui: string;
  readonly pid: number;
  /** Never rejects. */
  readonly exited: Promise<ExitStatus>;
  /** May be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts Temporal's development server on 127.0.0.1 over a database file of its own, on the same ports as
 * last time if they are free, and waits until the namespace `default` answers. A server that an earlier
 * run left behind is ended first; workflows are kept.
 * @throws Error when it does not start, with the end of its log.
 */
export async function startTemporal({
  dataDir,
  binary,
  samePort = false,
}: TemporalOptions): Promise<EmbeddedTemporal> {
  const folder = join(dataDir, 'temporal');
  const logFile = join(dataDir, 'logs', 'temporal.log');
  const pidFile = join(folder, 'temporal.pid');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await endLeftover(pidFile);
  const port = await rememberedPort(join(folder, 'port'), samePort);
  const uiPort = await rememberedPort(join(folder, 'ui-port'), samePort);
  const args = serverArguments(join(folder, 'temporal.db'), port, uiPort);
  const child = await spawnGuarded({ command: binary, args, cwd: folder, logFile, pidFile });
  const address = `127.0.0.1:${port}`;
  if (!(await answers(child, port))) {
    throw new Error(`the embedded Temporal did not start:\n${logTail(logFile)}`);
  }
  return {
    address,
    ui: `http://127.0.0.1:${uiPort}`,
    pid: child.pid,
    exited: child.exited,
    stop: async () => void (await child.stop(10_000)),
  };
}

// With a write-ahead log, and without a disk flush per write: a killed server loses nothing, only a
// machine that loses power may, and what was dialled is in Postgres.
const pragmas = ['journal_mode=WAL', 'synchronous=OFF'];

function serverArguments(database: string, port: number, uiPort: number): string[] {
  return [
    ...['server', 'start-dev', '--db-filename', database],
    ...pragmas.flatMap((pragma) => ['--sqlite-pragma', pragma]),
    ...['--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(uiPort)],
    ...['--namespace', 'default', '--log-level', 'error'],
  ];
}

async function answers(child: GuardedChild, port: number): Promise<boolean> {
  let ended = false;
  void child.exited.then(() => (ended = true));
  const limit = performance.now() + 60_000;
  while (!ended && performance.now() < limit) {
    // A client that meets a closed port waits a second before it tries again: we ask more often.
    if ((await isListening(port)) && (await hasNamespace(`127.0.0.1:${port}`))) return true;
    await delay(50);
  }
  await child.stop(0);
  return false;
}

async function hasNamespace(address: string): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: 2_000 }).catch(() => null);
  if (!connection) return false;
  try {
    await connection.workflowService.describeNamespace({ namespace: 'default' });
    return true;
  } catch {
    return false;
  } finally {
    await connection.close();
  }
}
