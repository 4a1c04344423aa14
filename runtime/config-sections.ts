import { z } from 'zod';
import { reasonDialects } from '../domain/reason-dialect.ts';

/** Sections of dialer.yaml whose keys are names chosen by the user, each with keys of its own. */
export const namedSections = ['pbxs', 'trunks', 'agents'] as const;

/** Those whose names have a value and no keys. */
export const valueSections = ['calendars', 'rulePacks'] as const;

export type NamedSection = (typeof namedSections)[number];

/** What a value must be, said the same way for a missing, a mistyped and an out-of-range value. */
function expected(sentence: string) {
  return (issue: { readonly input: unknown }): string =>
    issue.input === undefined ? `missing: ${sentence}` : sentence;
}

function words(pattern: RegExp, sentence: string) {
  const error = expected(sentence);
  return z.string({ error }).regex(pattern, { error });
}

function numberBetween(low: number, high: number, sentence: string) {
  const error = expected(sentence);
  return z.number({ error }).min(low, { error }).max(high, { error });
}

function wholeNumberBetween(low: number, high: number, sentence: string) {
  const error = expected(sentence);
  return numberBetween(low, high, sentence).int({ error });
}

function flag(sentence: string) {
  return z.boolean({ error: expected(`${sentence}: write true or false`) });
}

/** A section that knows its keys, and refuses all others. */
function section<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `unknown key: known here are ${known}`
        : `must be a section with the keys ${known}`,
  });
}

const notYet = (what: string) => `${what} is not implemented yet, so it cannot be set`;

/** Keys that people may expect but that are refused, and what to do instead. */
export const refusedKeys: ReadonlyMap<string, string> = new Map([
  ['secret', 'a secret is never written in this file: use secretFile, or the environment'],
  ['profile', notYet("a profile of Temporal's own configuration")],
  ['apiKey', notYet('an API key for Temporal')],
  ['tls', notYet('TLS to Temporal')],
]);

/** Names end up in task queues and in environment variables, hence this narrow alphabet. */
const entryName = z
  .string()
  .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/)
  .max(40);

function named<Entry extends z.ZodType>(entry: Entry) {
  return z
    .record(entryName, entry, {
      error: (issue) =>
        issue.code === 'invalid_key'
          ? 'a name is at most 40 lower-case letters, digits and single hyphens, a letter first'
          : 'must be a section of names, each with its own keys',
    })
    .default({});
}

// User, password and host as pg reads them; the message never repeats the value, it may hold a password.
const databaseUrl = z
  .string({ error: expected('a URL such as postgres://dialer@127.0.0.1/dialer') })
  .refine((text) => /^postgres(?:ql)?:\/\/[^\s]+$/.test(text) && URL.canParse(text), {
    error: 'must be a URL such as postgres://dialer@127.0.0.1/dialer',
  });

const host = words(
  /^[A-Za-z0-9](?:[A-Za-z0-9._:-]*[A-Za-z0-9])?$|^::1?$/,
  'a host name or address',
);
const port = wholeNumberBetween(1, 65_535, 'a port from 1 to 65535');

const dialStringSentence =
  'must be like "PJSIP/{number}@carrier-a": a technology, names and separators, {number} exactly once';
const dialString = words(
  /^[A-Za-z][A-Za-z0-9]{1,19}\/[A-Za-z0-9_.@/:+*#{}-]{1,200}$/,
  dialStringSentence,
)
  .refine((text) => /^[^{}]*\{number\}[^{}]*$/.test(text), { error: dialStringSentence })
  // Without /n Asterisk takes the Local channel out of the answered call: our id ends, the call lives on.
  .refine((text) => !/^Local\//i.test(text) || /\/[a-z]*n[a-z]*$/.test(text), {
    error: 'a Local dial string must end in /n, such as "Local/{number}@from-internal/n"',
  });

const tlsSentence = 'true, or { caFile: PATH } with or without serverName: NAME';

const tlsTrust = z.union(
  [
    z.boolean(),
    section({
      caFile: words(/^[^\0]{1,4096}$/, 'the path of a PEM file with the authority'),
      serverName: host.optional(),
    }),
  ],
  { error: expected(tlsSentence) },
);

const pbx = section({
  host,
  port: port.default(5038),
  username: words(/^[^\s\p{C}]{1,80}$/u, 'the AMI user, without spaces'),
  secretFile: words(/^[^\0]{1,4096}$/, 'the path of a file that holds the AMI secret').optional(),
  reasonDialect: z
    .enum(reasonDialects, { error: `one of ${reasonDialects.join(', ')}` })
    .default('asterisk'),
  tls: tlsTrust.default(false),
  plaintext: flag('AMI without encryption to another machine').default(false),
});

const trunk = section({
  pbx: words(/^.{1,40}$/s, 'the name of a PBX under pbxs'),
  dialString,
  callsPerSecond: numberBetween(0.001, 100, 'a number above 0 and at most 100'),
  channels: wholeNumberBetween(1, 10_000, 'a whole number from 1 to 10000'),
  numberFormat: z
    .enum(['digits', 'e164', 'national'], { error: 'one of digits, e164, national' })
    .default('digits'),
  ringing: flag('whether the trunk reports ringing').default(true),
});

const calendar = words(/^[^\0]{1,4096}$/, 'the path of a calendar file');
const rulePack = words(/^[^\0]{1,4096}$/, 'the path of a rule pack');

const agent = section({
  endpoint: words(
    /^[A-Za-z][A-Za-z0-9]{1,19}\/[A-Za-z0-9_.@/:+*#-]{1,200}$/,
    'must be like PJSIP/1001: a technology and a name',
  ),
});

/** dialer.yaml after the environment has been laid over it. Checks between sections are in config-cross-checks.ts. */
export const configSections = section({
  database: section({ url: databaseUrl }).optional(),
  temporal: section({
    address: words(
      /^[^\s:/]+:[0-9]{1,5}$|^\[[0-9a-fA-F:]+\]:[0-9]{1,5}$/,
      'a host and port such as 127.0.0.1:7233',
    ),
    namespace: words(/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/, 'a namespace name').default('default'),
  }).optional(),
  http: section({
    host: host.default('127.0.0.1'),
    port: wholeNumberBetween(0, 65_535, 'a port from 1 to 65535, or 0 for any free one').default(
      8080,
    ),
    allowRemote: flag('whether other machines may reach it').default(false),
  }).prefault({}),
  pbxs: named(pbx),
  agents: named(agent),
  trunks: named(trunk),
  calendars: named(calendar),
  rulePacks: named(rulePack),
});

export type ConfigSections = z.output<typeof configSections>;

/** The keys of one entry of a named section, and whether each takes text, a number or a flag. */
export const entryKeys: Readonly<Record<NamedSection, Readonly<Record<string, z.ZodType>>>> = {
  pbxs: pbx.shape,
  trunks: trunk.shape,
  agents: agent.shape,
};

/** What a name of these sections stands for. */
export const entryValues: Readonly<Record<(typeof valueSections)[number], z.ZodType>> = {
  calendars: calendar,
  rulePacks: rulePack,
};

/** The keys of the sections that are no maps of names. */
export const plainKeys: Readonly<Record<string, Readonly<Record<string, z.ZodType>>>> = {
  database: configSections.shape.database.unwrap().shape,
  temporal: configSections.shape.temporal.unwrap().shape,
  http: configSections.shape.http.unwrap().shape,
};
