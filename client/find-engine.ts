import type { DialerConfig } from '../runtime/config.ts';
import { readRunFile } from '../runtime/run-file.ts';
import { NotReachableError } from './not-reachable-error.ts';

/** Where the parts of an engine are. */
export interface EngineAddress {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  /** Names of the trunks a campaign may use. */
  readonly trunks: readonly string[];
  /** True when Postgres or Temporal was started by `dialer up`. */
  readonly isEmbedded: boolean;
}

export interface GivenAddress {
  readonly databaseUrl?: string;
  readonly temporalAddress?: string;
  readonly temporalNamespace?: string;
}

/**
 * Where the engine is that a configuration means: what it names itself, and for the rest what
 * `dialer up` wrote down.
 * @throws NotReachableError when the rest is needed and `dialer up` does not run
 */
export function findEngine(config: DialerConfig, given: GivenAddress = {}): EngineAddress {
  const databaseUrl = given.databaseUrl ?? config.database?.url;
  const temporalAddress = given.temporalAddress ?? config.temporal?.address;
  const running = readRunFile(config.dataDir);
  const isEmbedded = databaseUrl === undefined || temporalAddress === undefined;
  if (isEmbedded && running === null) {
    throw new NotReachableError(
      '`dialer up` is not running here (and no dialer.yaml names Postgres and Temporal).',
    );
  }
  const trunks = Object.keys(config.trunks);
  return {
    databaseUrl: databaseUrl ?? running?.databaseUrl ?? '',
    temporalAddress: temporalAddress ?? running?.temporalAddress ?? '',
    temporalNamespace:
      given.temporalNamespace ??
      config.temporal?.namespace ??
      running?.temporalNamespace ??
      'default',
    trunks: trunks.length > 0 ? trunks : (running?.trunks ?? []),
    isEmbedded,
  };
}
