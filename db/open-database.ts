import knex, { type Knex } from 'knex';

/** A pool of connections to the dialer's database. */
export type Database = Knex;

export interface DatabaseOptions {
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string;
  /** Default 10. */
  readonly poolSize?: number;
}

const limits = {
  statement_timeout: 30_000,
  lock_timeout: 1_000,
  idle_in_transaction_session_timeout: 60_000,
  // Longer than the server's own limit: it ends a wait for a server that is gone.
  query_timeout: 40_000,
  keepAlive: true,
};

/**
 * Opens a pool; connects on first use. Nobody waits longer than 1 s for a row's lock or 30 s for a
 * statement: a claim that hangs is worse than one that is refused. Close it with `db.destroy()`.
 */
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  return knex({
    client: 'pg',
    connection: {
      connectionString: url,
      application_name: options.applicationName ?? 'dialer',
      connectionTimeoutMillis: 5_000,
      ...limits,
    },
    pool: { min: 0, max: options.poolSize ?? 10 },
    acquireConnectionTimeout: 10_000,
  });
}
