import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { soundFolder } from './far-end-steps.ts';
import { libraryFolder } from './library-path.ts';
import { modulesConfiguration } from './modules.ts';
import { ProvisionError } from './provision-error.ts';

/** Configuration of one instance: file names in its etc folder and their texts. */
export type Configuration = Readonly<Record<string, string>>;

export interface InstanceOptions {
  /** Of the unpacked Asterisk. */
  readonly root: string;
  /** The instance's own folder: configuration, database, spool, logs. */
  readonly folder: string;
  readonly modules: readonly string[];
  /** First of 1,000 UDP ports for sound. */
  readonly rtpStart: number;
  readonly configuration: Configuration;
}

// Asterisk does not make folders: without cel-custom there it loses its record of calls.
const parts = [
  'etc',
  'db/keys',
  'spool',
  'run',
  'log/cel-custom',
  'cache',
  'data/sounds',
  'data/moh',
];

/** Writes everything one instance needs; its database and logs of earlier runs stay. */
export function writeInstanceFiles({ folder, ...options }: InstanceOptions): void {
  for (const path of [folder, options.root]) checkPath(path);
  for (const part of parts) mkdirSync(join(folder, part), { recursive: true, mode: 0o700 });
  linkData(options.root, join(folder, 'data'));
  // A socket of a run that was killed would only confuse the next.
  rmSync(join(folder, 'run', 'asterisk.ctl'), { force: true });
  const files: Configuration = {
    'asterisk.conf': asteriskConfiguration(options.root, folder),
    'modules.conf': modulesConfiguration(options.modules),
    'logger.conf': '[general]\n[logfiles]\nconsole = notice,warning,error\n',
    'rtp.conf': `[general]\nrtpstart = ${options.rtpStart}\nrtpend = ${options.rtpStart + 999}\n`,
    // Empty files stand for defaults; without them Asterisk complains about each.
    ...Object.fromEntries(defaulted.map((name) => [name, '[general]\n'])),
    'acl.conf': '',
    'stasis.conf': '',
    ...options.configuration,
  };
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, 'etc', name), text, { mode: 0o600 });
  }
}

const defaulted = [
  'ccss.conf',
  'cdr.conf',
  'cel.conf',
  'features.conf',
  'geolocation.conf',
  'indications.conf',
  'pjproject.conf',
  'statsd.conf',
  'udptl.conf',
];

// Such a character would end a value in a configuration file or an argument in the dialplan.
function checkPath(folder: string): void {
  const match = /[^\p{L}\p{N}/._+@ ~=-]/u.exec(folder);
  if (!match) return;
  throw new ProvisionError(
    `Asterisk cannot run in ${folder}: it cannot handle ${JSON.stringify(match[0])} in a path. Choose another data folder (DIALER_DATA_DIR).`,
  );
}

/** Sounds lie in a folder of their voice; Asterisk looks for the language. */
function linkData(root: string, data: string): void {
  const sounds = join(root, 'usr/share/asterisk/sounds');
  const voice = ['en', 'en_US_f_Allison'].find((name) => existsSync(join(sounds, name)));
  const links = [
    [join(root, 'usr/share/asterisk/documentation'), join(data, 'documentation')],
    [fileURLToPath(new URL('../sounds', import.meta.url)), join(data, 'sounds', soundFolder)],
    ...(voice === undefined ? [] : [[join(sounds, voice), join(data, 'sounds/en')] as const]),
  ] as const;
  for (const [target, link] of links) {
    rmSync(link, { force: true });
    symlinkSync(target, link);
  }
}

function asteriskConfiguration(root: string, folder: string): string {
  const at = (part: string) => join(folder, part);
  return [
    '[directories]',
    `astetcdir = ${at('etc')}`,
    `astmoddir = ${join(libraryFolder(root), 'asterisk/modules')}`,
    `astvarlibdir = ${at('data')}`,
    `astdatadir = ${at('data')}`,
    `astdbdir = ${at('db')}`,
    `astkeydir = ${at('db')}`,
    `astcachedir = ${at('cache')}`,
    `astagidir = ${at('data')}`,
    `astspooldir = ${at('spool')}`,
    `astrundir = ${at('run')}`,
    `astlogdir = ${at('log')}`,
    `astsbindir = ${join(root, 'usr/sbin')}`,
    '[options]',
    'documentation_language = en_US',
    // A telephone line that is silent still sends sound; nobody could listen for a machine otherwise.
    'transmit_silence = yes',
    '',
  ].join('\n');
}
