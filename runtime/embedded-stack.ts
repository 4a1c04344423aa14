import { accessSync, constants, mkdirSync } from 'node:fs';
import { ConfigError } from '../domain/errors.ts';
import { embeddedTrunkLimits, embeddedTrunkName } from '../domain/trunk-limits.ts';
import type { DialerConfig, PbxConfig, TrunkConfig } from './config.ts';
import { embeddedPbxName } from './config-cross-checks.ts';
import { choosePbx, startEmbeddedPbx, type EmbeddedPbx, type PbxChoice } from './embedded-pbx.ts';
import { startPostgres } from './embedded-postgres.ts';
import { startTemporal } from './embedded-temporal.ts';
import { keepPart, type KeptPart, type Part } from './keep-part.ts';
import { ensureTemporalBinary } from './temporal-binary.ts';

export interface StackOptions {
  readonly config: DialerConfig;
  readonly pbx: PbxChoice;
  /** Hears in one line each what is started, what ended, and what was started again. */
  readonly say: (line: string) => void;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Where everything is that the engine needs, embedded or configured. */
export interface EmbeddedStack {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  /** URL; null for a Temporal that is not ours. */
  readonly temporalUi: string | null;
  readonly pbxs: DialerConfig['pbxs'];
  readonly trunks: DialerConfig['trunks'];
  /** The embedded PBX; null when the configuration names its own. */
  readonly pbx: Pick<EmbeddedPbx, 'kind' | 'ami' | 'carrierLog'> | null;
  /** Environment variables by which our own processes get the same as configuration. */
  readonly environment: Readonly<Record<string, string>>;
  /** Ends everything it started. May be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts what the configuration does not give: Postgres, Temporal, a PBX with its carrier, side by side. A
 * part that ends while we run is started again, on the same ports and with its data. When one cannot be
 * started, the others are ended, and a later call may try again.
 * @throws Error with the reason of each part that did not start.
 */
export async function startEmbeddedStack(options: StackOptions): Promise<EmbeddedStack> {
  const { config, say } = options;
  const kind = choice(options);
  prepareDataDir(config.dataDir);
  const starts = {
    postgres: config.database ? null : keepPostgres(config.dataDir, say),
    temporal: config.temporal ? null : keepTemporal(options),
    pbx: kind ? keepPbx(kind, config.dataDir, say) : null,
  };
  const parts = Object.values(starts).filter((start) => start !== null);
  const stopAll = async (): Promise<void> => {
    await Promise.all([stopped(starts.pbx), stopped(starts.temporal)]);
    await stopped(starts.postgres);
  };
  const outcomes = await Promise.allSettled<KeptPart<Part>>(parts);
  const failures = outcomes.filter(
    ({ status }) => status === 'rejected',
  ) as PromiseRejectedResult[];
  if (failures.length > 0) {
    await stopAll();
    throw new Error(failures.map(({ reason }) => (reason as Error).message).join('\n'));
  }
  const [postgres, temporal, pbx] = await Promise.all([
    starts.postgres,
    starts.temporal,
    starts.pbx,
  ]);
  let stopping: Promise<void> | null = null;
  return {
    ...describe(config, {
      databaseUrl: postgres?.first.url ?? config.database?.url ?? '',
      temporalAddress: temporal?.first.address ?? config.temporal?.address ?? '',
      temporalUi: temporal?.first.ui ?? null,
      pbx: pbx?.first ?? null,
    }),
    stop: () => (stopping ??= stopAll()),
  };
}

function choice({ config, pbx }: StackOptions): EmbeddedPbx['kind'] | null {
  if (Object.keys(config.pbxs).length === 0) return choosePbx(pbx, config.dataDir);
  if (pbx === 'auto') return null;
  const message = `the configuration has pbxs of its own: leave them out to use the embedded ${pbx}`;
  throw new ConfigError([{ path: '--pbx', message }]);
}

function prepareDataDir(dataDir: string): void {
  mkdirSync(dataDir, { recursive: true });
  try {
    accessSync(dataDir, constants.W_OK | constants.X_OK);
  } catch {
    throw new Error(
      `${dataDir} belongs to another user: run as that user, or set DIALER_DATA_DIR to a folder of your own`,
    );
  }
}

async function stopped(start: Promise<KeptPart<Part>> | null): Promise<void> {
  const part = await start?.catch(() => null);
  await part?.stop();
}

function keepPostgres(dataDir: string, say: StackOptions['say']) {
  return keepPart({
    name: 'Postgres',
    start: (again) => startPostgres({ dataDir, samePort: again }),
    say,
  });
}

async function keepTemporal({ config: { dataDir }, say, env }: StackOptions) {
  const binary = await ensureTemporalBinary({ dataDir, say, ...(env ? { env } : {}) });
  return keepPart({
    name: 'Temporal',
    start: (again) => startTemporal({ dataDir, binary, samePort: again }),
    say,
  });
}

function keepPbx(kind: EmbeddedPbx['kind'], dataDir: string, say: StackOptions['say']) {
  return keepPart({
    name: kind === 'asterisk' ? 'Asterisk' : 'The PBX simulator',
    start: (again) => startEmbeddedPbx({ dataDir, kind, samePort: again }),
    say,
  });
}

interface Addresses {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly temporalUi: string | null;
  readonly pbx: EmbeddedPbx | null;
}

function describe(config: DialerConfig, addresses: Addresses): Omit<EmbeddedStack, 'stop'> {
  const { pbx } = addresses;
  const temporalNamespace = config.temporal?.namespace ?? 'default';
  const pbxs = pbx ? { [embeddedPbxName]: asConfig(pbx) } : config.pbxs;
  const isOurTrunk = pbx !== null && Object.keys(config.trunks).length === 0;
  const trunk = pbx && isOurTrunk ? trunkTo(pbx) : null;
  return {
    ...addresses,
    temporalNamespace,
    pbxs,
    trunks: trunk ? { [embeddedTrunkName]: trunk } : config.trunks,
    environment: {
      DIALER_DATA_DIR: config.dataDir,
      ...(config.file === null ? {} : { DIALER_CONFIG: config.file }),
      DIALER_DATABASE_URL: addresses.databaseUrl,
      DIALER_TEMPORAL_ADDRESS: addresses.temporalAddress,
      DIALER_TEMPORAL_NAMESPACE: temporalNamespace,
      ...(pbx ? pbxVariables(pbx) : {}),
      ...(trunk ? trunkVariables(trunk) : {}),
    },
  };
}

function asConfig({ ami: { secret, ...address } }: EmbeddedPbx): PbxConfig {
  return { ...address, secret: () => secret, reasonDialect: 'asterisk', tls: null };
}

function trunkTo({ dialString }: EmbeddedPbx): TrunkConfig {
  return {
    pbx: embeddedPbxName,
    dialString,
    ...embeddedTrunkLimits,
    numberFormat: 'digits',
    ringing: true,
  };
}

function pbxVariables({ ami }: EmbeddedPbx): Record<string, string> {
  return {
    DIALER_PBXS_MAIN_HOST: ami.host,
    DIALER_PBXS_MAIN_PORT: String(ami.port),
    DIALER_PBXS_MAIN_USERNAME: ami.username,
    DIALER_PBXS_MAIN_SECRET: ami.secret,
  };
}

function trunkVariables(trunk: TrunkConfig): Record<string, string> {
  return {
    DIALER_TRUNKS_CARRIER_A_PBX: trunk.pbx,
    DIALER_TRUNKS_CARRIER_A_DIAL_STRING: trunk.dialString,
    DIALER_TRUNKS_CARRIER_A_CALLS_PER_SECOND: String(trunk.callsPerSecond),
    DIALER_TRUNKS_CARRIER_A_CHANNELS: String(trunk.channels),
    DIALER_TRUNKS_CARRIER_A_NUMBER_FORMAT: trunk.numberFormat,
    DIALER_TRUNKS_CARRIER_A_RINGING: String(trunk.ringing),
  };
}
