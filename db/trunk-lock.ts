/**
 * The lock that makes one process the owner of a trunk. It lives as long as a connection of its own:
 * when the process dies the server lets it go, and when the connection is lost the owner must stop
 * at once, because the next one may already dial.
 */
import { createHash } from 'node:crypto';
import pg from 'pg';

export interface TrunkLock {
  /** False from the moment the connection is lost or released. */
  readonly isHeld: () => boolean;
  /** Gives the lock back; may be called twice, never fails and never calls onLost. */
  release(): Promise<void>;
}

export interface TrunkLockOptions {
  /** Called once, when the lock was lost and not released. */
  readonly onLost: (error: Error) => void;
  /** Default 1 000. */
  readonly pingEveryMs?: number;
  /** How long a ping may take before the connection counts as lost; default 3 000. */
  readonly pingTimeoutMs?: number;
}

/**
 * Tries once to take the trunk's lock on a direct connection (a pooler would hand the session to
 * others); null when another process holds it. Throws when the database cannot be reached.
 */
export async function acquireTrunkLock(
  url: string,
  trunk: string,
  options: TrunkLockOptions,
): Promise<TrunkLock | null> {
  const client = new pg.Client({
    connectionString: url,
    application_name: `dialer trunk ${trunk}`,
    connectionTimeoutMillis: 5_000,
    query_timeout: options.pingTimeoutMs ?? 3_000,
    // A machine that vanishes closes nothing: the server finds out by asking, after about 11 s.
    options: '-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3',
  });
  // Without a listener a connection that breaks while we wait would end the process.
  client.on('error', ignore);
  try {
    await client.connect();
    const result = await client.query<{ locked: boolean }>(
      'select pg_try_advisory_lock($1::bigint) as locked',
      [lockKey(trunk)],
    );
    if (result.rows[0]?.locked === true) return hold(client, options);
    await client.end();
    return null;
  } catch (error) {
    cut(client);
    throw error;
  }
}

function hold(client: pg.Client, options: TrunkLockOptions): TrunkLock {
  let held = true;
  let timer: NodeJS.Timeout;

  function end(): boolean {
    const wasHeld = held;
    held = false;
    clearTimeout(timer);
    return wasHeld;
  }
  function lose(error: Error): void {
    if (!end()) return;
    // Cut, not closed politely: a goodbye may never arrive, and the lock would stay with it.
    cut(client);
    options.onLost(error);
  }
  function ping(): void {
    client.query('select 1').then(schedule, lose);
  }
  function schedule(): void {
    if (held) timer = setTimeout(ping, options.pingEveryMs ?? 1_000);
  }

  client.on('error', lose);
  schedule();
  return {
    isHeld: () => held,
    async release() {
      if (!end()) return;
      await client.end().catch(() => cut(client));
    },
  };
}

/** Closes the socket without a word. */
function cut(client: pg.Client): void {
  const { connection } = client as unknown as { connection: { stream: { destroy(): void } } };
  connection.stream.destroy();
}

function ignore(): void {}

/** A key of our own for each trunk, the same in every process. */
function lockKey(trunk: string): string {
  const digest = createHash('sha256').update(`dialer trunk ${trunk}`).digest();
  return digest.readBigInt64BE().toString();
}
