import { dirname, join, resolve } from 'node:path';
import type { z } from 'zod';
import { ConfigError, type Fault } from '../domain/errors.ts';
import { readCalendar } from '../domain/holidays.ts';
import type { ReasonDialect } from '../domain/reason-dialect.ts';
import { readRulePack, type RulePack } from '../domain/rule-pack.ts';
import { crossChecks } from './config-cross-checks.ts';
import { overlayEnvironment, upper, type ConfigOverlay } from './config-environment.ts';
import { configSections, refusedKeys, type ConfigSections } from './config-sections.ts';
import { isLogLevel, logLevels } from './log-level.ts';
import { parsePhoneSecret, phoneSecretFrom } from './phone-secret.ts';
import { readConfigFile } from './read-config-file.ts';
import { readNamedFiles, type Check } from './read-named-files.ts';
import { readSecretFile, secretFault } from './read-secret.ts';
import { readTrust } from './read-trust.ts';
import { shippedRulePackNames, shippedRulePacks } from './shipped-rule-packs.ts';

/** How to reach one PBX over AMI. `secret()` is a function so that no log and no JSON can hold it. */
export interface PbxConfig {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly secret: () => string;
  readonly reasonDialect: ReasonDialect;
  /** How its certificate is verified; null: AMI without TLS. */
  readonly tls: PbxTlsConfig | null;
}

export interface PbxTlsConfig {
  /** Absolute path of a PEM file; null: the authorities of the system. */
  readonly caFile: string | null;
  /** The name the certificate must be for; null: the PBX's host. */
  readonly serverName: string | null;
}

/** One way out of a PBX. */
export interface TrunkConfig {
  readonly pbx: string;
  /** Template with `{number}` exactly once. */
  readonly dialString: string;
  readonly callsPerSecond: number;
  readonly channels: number;
  readonly numberFormat: 'digits' | 'e164' | 'national';
  /** Whether the trunk reports ringing; default true. */
  readonly ringing: boolean;
}

/** What dialer.yaml and the environment say, checked whole. */
export interface DialerConfig {
  /** Absolute path of the file it came from; null when there is none. */
  readonly file: string | null;
  /** Absolute path of the folder for everything embedded; made when it is first needed. */
  readonly dataDir: string;
  /** Null: the embedded Postgres. */
  readonly database: { readonly url: string } | null;
  /** Null: the embedded Temporal. */
  readonly temporal: { readonly address: string; readonly namespace: string } | null;
  readonly http: { readonly host: string; readonly port: number };
  /** Empty: the embedded PBX, called `main`. */
  readonly pbxs: Readonly<Record<string, PbxConfig>>;
  readonly agents: Readonly<Record<string, { readonly endpoint: string }>>;
  /** Empty with empty `pbxs`: the embedded trunk, called `carrier-a`. */
  readonly trunks: Readonly<Record<string, TrunkConfig>>;
  /** Days of the shared calendars, `YYYY-MM-DD`, by name. */
  readonly calendars: Readonly<Record<string, readonly string[]>>;
  /** Those that come with the product and those of `rulePacks`, by name. */
  readonly rulePacks: Readonly<Record<string, RulePack>>;
  /** Key of the HMAC that phone keys are made with; 32 bytes. Read, or made on first use, when first asked for. */
  readonly phoneSecret: Uint8Array;
  /** What is allowed but should be known, such as a secret file that others can read. */
  readonly warnings: readonly string[];
}

/** Where to look: `path` is what `--config` gave; DIALER_CONFIG comes next, then `dialer.yaml` in `cwd`. */
export interface ConfigPlace {
  readonly cwd: string;
  readonly path?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads and checks the configuration: dialer.yaml with the environment laid over it.
 * @throws ConfigError with every fault found, each with its path (or its environment variable).
 */
export function loadConfig({ cwd, path, env }: ConfigPlace): DialerConfig {
  const file = readConfigFile(cwd, path ?? (env['DIALER_CONFIG'] || undefined));
  const overlay = overlayEnvironment(file.sections, env);
  const reading = configSections.safeParse(overlay.sections);
  const dataDir = resolve(cwd, env['DIALER_DATA_DIR'] || '.dialer');
  const warnings: string[] = [];
  const secrets = readSecrets(overlay, file.path ? dirname(file.path) : cwd, cwd, warnings);
  const trust = readTrust(overlay, file.path ? dirname(file.path) : cwd, cwd);
  const place = { fileDir: file.path ? dirname(file.path) : cwd, cwd };
  const calendars = readNamedFiles('calendars', overlay, place, readCalendar);
  const rulePacks = readNamedFiles('rulePacks', overlay, place, checkRulePack);
  const phone = phoneSecretSource(env, cwd, dataDir, warnings);
  const faults = [
    ...file.faults,
    ...overlay.faults,
    ...forbiddenNames(overlay.sections),
    ...(reading.success ? [] : reading.error.issues.flatMap(faultsOf)),
    ...crossChecks(overlay.sections),
    ...secrets.faults,
    ...trust.faults,
    ...calendars.faults,
    ...rulePacks.faults,
    ...phone.faults,
    ...logLevelFaults(env),
  ]
    .map((fault) => ({ ...fault, path: overlay.origins.get(fault.path) ?? fault.path }))
    .filter(isFirstAtItsPlace);
  if (faults.length > 0 || !reading.success) throw new ConfigError(faults);
  warnings.push(...warningsOf(reading.data, file.path));
  const rest = { file: file.path, dataDir, warnings };
  const files = {
    secrets: secrets.found,
    trust: trust.found,
    calendars: calendars.found,
    rulePacks: rulePacks.found,
  };
  return assemble(reading.data, rest, files, phone.read);
}

const checkRulePack: Check<RulePack> = (content, name) => {
  if (!shippedRulePackNames().includes(name)) return readRulePack(name, content);
  const message = `a pack of this name comes with the product: choose another, such as my-${name}`;
  return { ok: false, faults: [{ path: '', message }] };
};

function assemble(
  sections: ConfigSections,
  rest: Pick<DialerConfig, 'file' | 'dataDir' | 'warnings'>,
  files: {
    readonly secrets: ReadonlyMap<string, string>;
    readonly trust: ReadonlyMap<string, PbxTlsConfig>;
    readonly calendars: ReadonlyMap<string, readonly string[]>;
    readonly rulePacks: ReadonlyMap<string, RulePack>;
  },
  readPhoneSecret: () => Uint8Array,
): DialerConfig {
  let phoneSecret: Uint8Array | null = null;
  return {
    ...rest,
    database: sections.database ?? null,
    temporal: sections.temporal ?? null,
    http: { host: sections.http.host, port: sections.http.port },
    pbxs: byName(sections.pbxs, ({ host, port, username, reasonDialect }, name) => {
      const secret = files.secrets.get(name) ?? '';
      const tls = files.trust.get(name) ?? null;
      return { host, port, username, reasonDialect, tls, secret: () => secret };
    }),
    agents: byName(sections.agents, (agent) => agent),
    trunks: byName(sections.trunks, (trunk) => trunk),
    calendars: byName(sections.calendars, (_file, name) => files.calendars.get(name) ?? []),
    // Most commands need none of them.
    get rulePacks() {
      const packs = [...shippedRulePacks(), ...files.rulePacks.values()];
      return byName(Object.fromEntries(packs.map((pack) => [pack.name, pack])), (pack) => pack);
    },
    get phoneSecret() {
      phoneSecret ??= readPhoneSecret();
      return phoneSecret;
    },
  };
}

/** Without a prototype, so that a look-up by a user's word finds only what the user configured. */
function byName<From, To>(
  entries: Readonly<Record<string, From>>,
  map: (entry: From, name: string) => To,
): Record<string, To> {
  const result = Object.create(null) as Record<string, To>;
  for (const [name, entry] of Object.entries(entries)) result[name] = map(entry, name);
  return result;
}

interface Secrets {
  readonly found: ReadonlyMap<string, string>;
  readonly faults: readonly Fault[];
}

function readSecrets(
  overlay: ConfigOverlay,
  fileDir: string,
  cwd: string,
  warnings: string[],
): Secrets {
  const found = new Map<string, string>();
  const faults: Fault[] = [];
  const { pbxs } = overlay.sections;
  for (const [name, pbx] of Object.entries((pbxs ?? {}) as Record<string, unknown>)) {
    const given = overlay.secrets.get(name);
    const secretFile = (pbx as { secretFile?: unknown } | null)?.secretFile;
    const path = `pbxs.${name}.secretFile`;
    if (given) {
      const fault = secretFault(given.value);
      if (fault) faults.push({ path: given.variable, message: `the secret ${fault}` });
      else found.set(name, given.value);
    } else if (typeof secretFile === 'string') {
      const base = overlay.origins.has(path) ? cwd : fileDir;
      const reading = readSecretFile(resolve(base, secretFile));
      if (!reading.ok) faults.push({ path, message: reading.message });
      else found.set(name, reading.secret);
      if (reading.ok && reading.warning) warnings.push(reading.warning);
    } else if (secretFile === undefined) {
      const message = `missing: the path of a file that holds the AMI secret (or set DIALER_PBXS_${upper(name)}_SECRET)`;
      faults.push({ path, message });
    }
  }
  return { found, faults };
}

interface PhoneSecretSource {
  readonly read: () => Uint8Array;
  readonly faults: readonly Fault[];
}

function phoneSecretSource(
  env: ConfigPlace['env'],
  cwd: string,
  dataDir: string,
  warnings: string[],
): PhoneSecretSource {
  const generated = () => phoneSecretFrom(join(dataDir, 'phone.secret'));
  const value = env['DIALER_PHONE_SECRET'] || undefined;
  const file = env['DIALER_PHONE_SECRET_FILE'] || undefined;
  if (value === undefined && file === undefined) return { read: generated, faults: [] };
  const variable = value === undefined ? 'DIALER_PHONE_SECRET_FILE' : 'DIALER_PHONE_SECRET';
  const reading = value === undefined ? readSecretFile(resolve(cwd, file ?? '')) : null;
  if (reading && !reading.ok) {
    return { read: generated, faults: [{ path: variable, message: reading.message }] };
  }
  if (reading?.warning) warnings.push(reading.warning);
  const secret = parsePhoneSecret(value ?? reading?.secret ?? '');
  if (secret) return { read: () => secret, faults: [] };
  return {
    read: generated,
    faults: [
      { path: variable, message: 'must be 64 hex digits, such as `openssl rand -hex 32` prints' },
    ],
  };
}

function logLevelFaults(env: ConfigPlace['env']): Fault[] {
  const level = env['DIALER_LOG_LEVEL'];
  if (!level || isLogLevel(level)) return [];
  return [{ path: 'DIALER_LOG_LEVEL', message: `one of ${logLevels.join(', ')}` }];
}

/** One fault a place is enough: the first says what to mend. */
function isFirstAtItsPlace({ path }: Fault, index: number, all: readonly Fault[]): boolean {
  return all.findIndex((other) => other.path === path) === index;
}

/** Names that mean something to JavaScript itself, anywhere; YAML keeps them as plain keys. */
function forbiddenNames(value: unknown, path = ''): Fault[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = path ? `${path}.${key}` : key;
    const here = key === '__proto__' ? [{ path: at, message: 'is not a name' }] : [];
    return [...here, ...forbiddenNames(inner, at)];
  });
}

function faultsOf(issue: z.core.$ZodIssue): Fault[] {
  const path = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') {
    return [{ path: path.join('.'), message: issue.message }];
  }
  return issue.keys.map((key) => ({
    path: [...path, key].join('.'),
    message: refusedKeys.get(key) ?? issue.message,
  }));
}

function warningsOf({ pbxs, trunks }: ConfigSections, file: string | null): string[] {
  if (Object.keys(pbxs).length === 0 || Object.keys(trunks).length > 0) return [];
  return [`${file ?? 'the environment'} has pbxs but no trunks: nothing can be dialled`];
}
