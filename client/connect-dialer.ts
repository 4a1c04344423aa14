import { userInfo } from 'node:os';
import { Connection, WorkflowClient } from '@temporalio/client';
import { checkPhoneSecret } from '../db/check-phone-secret.ts';
import { compareSchema } from '../db/migrate.ts';
import { openDatabase, type Database } from '../db/open-database.ts';
import { phoneSecretFingerprint } from '../domain/phone-key.ts';
import { loadConfig, type DialerConfig } from '../runtime/config.ts';
import { bindClient } from './bind-client.ts';
import type { DialerClient } from './dialer-client.ts';
import { findEngine, type EngineAddress } from './find-engine.ts';
import { knownNames } from './known-names.ts';
import { isNotReachable, NotReachableError } from './not-reachable-error.ts';
import { trunkTraitsOf } from './trunk-traits-of.ts';

export interface ConnectOptions {
  /** Default: dialer.yaml in the current folder, DIALER_CONFIG, and the environment. */
  readonly config?: DialerConfig;
  /** Instead of what the configuration names. */
  readonly databaseUrl?: string;
  readonly temporalAddress?: string;
  readonly temporalNamespace?: string;
  /** Who acts, for the audit log; default: the user this process runs as. */
  readonly actor?: string;
}

/**
 * Connects to a running engine: the one that the configuration names, else the embedded one that
 * `dialer up` started here. Reading needs Postgres alone; Temporal is asked when something is to be
 * changed.
 * @throws ConfigError, NotReachableError `NOT_REACHABLE`, Error `SCHEMA_OUTDATED` `SCHEMA_NEWER`
 */
export async function connectDialer(options: ConnectOptions = {}): Promise<DialerClient> {
  const config = options.config ?? loadConfig({ cwd: process.cwd(), env: process.env });
  const engine = findEngine(config, options);
  const db = await openReadyDatabase(engine);
  let connecting: Promise<Connection> | null = null;
  const connection = () => (connecting ??= connectTemporal(engine));
  const deps = {
    db,
    workflows: async () =>
      new WorkflowClient({ connection: await connection(), namespace: engine.temporalNamespace }),
    trunkTraits: trunkTraitsOf(config, engine.trunks),
    known: knownNames(config, engine.trunks),
    phoneSecret: async () => {
      await checkPhoneSecret(db, phoneSecretFingerprint(config.phoneSecret));
      return config.phoneSecret;
    },
    actor: options.actor ?? userInfo().username,
  };
  return bindClient(deps, async () => {
    const opened = connecting;
    connecting = null;
    await db.destroy();
    await (await opened?.catch(() => null))?.close();
  });
}

async function openReadyDatabase({ databaseUrl, isEmbedded }: EngineAddress): Promise<Database> {
  const db = openDatabase(databaseUrl, { applicationName: 'dialer client', poolSize: 4 });
  try {
    refuseOtherSchema(await compareSchema(db));
    return db;
  } catch (error) {
    await db.destroy();
    if (!isNotReachable(error)) throw error;
    const { host } = new URL(databaseUrl);
    const advice = isEmbedded ? ': `dialer up` is not running here' : '';
    throw new NotReachableError(`Postgres at ${host} does not answer${advice}.`, { cause: error });
  }
}

function refuseOtherSchema({ missing, unknown }: { missing: string[]; unknown: string[] }): void {
  const refuse = (code: string, message: string) => {
    throw Object.assign(new Error(message), { code });
  };
  if (unknown.length > 0) {
    refuse('SCHEMA_NEWER', 'The database belongs to a newer version of dialer. Update this one.');
  }
  if (missing.length > 0) {
    refuse('SCHEMA_OUTDATED', 'The database is not migrated to this version: `dialer up` does it.');
  }
}

async function connectTemporal({ temporalAddress }: EngineAddress): Promise<Connection> {
  try {
    return await Connection.connect({ address: temporalAddress, connectTimeout: '5s' });
  } catch (error) {
    throw new NotReachableError(`Temporal at ${temporalAddress} does not answer.`, {
      cause: error,
    });
  }
}
