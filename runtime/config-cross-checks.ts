import type { Fault } from '../domain/errors.ts';
import { isSection, upper } from './config-environment.ts';
import { namedSections, valueSections } from './config-sections.ts';

type Sections = Readonly<Record<string, unknown>>;

/** The name the embedded PBX goes by when no `pbxs` are given. */
export const embeddedPbxName = 'main';

/**
 * What only shows when sections are compared. Works on unchecked sections, so that these faults are
 * reported together with those of single keys.
 */
export function crossChecks(sections: Sections): Fault[] {
  return [
    ...remoteHttp(sections),
    ...remotePbxs(sections),
    ...trunkPbxs(sections),
    ...twins(sections),
  ];
}

function remoteHttp({ http }: Sections): Fault[] {
  if (!isSection(http) || http['allowRemote'] === true || isLoopback(http['host'])) return [];
  const message =
    'this address can be reached from other machines: add allowRemote: true if that is meant';
  return [{ path: 'http.host', message }];
}

function remotePbxs(sections: Sections): Fault[] {
  return entries(sections, 'pbxs').flatMap(([name, { tls, plaintext, host }]) => {
    const isTls = tls !== undefined && tls !== false;
    if (isTls && plaintext === true) {
      return [{ path: `pbxs.${name}.plaintext`, message: 'contradicts tls: keep one of the two' }];
    }
    if (isTls || plaintext === true || isLoopback(host)) return [];
    const message =
      'AMI to another machine would be sent unencrypted, the login too: add tls, or plaintext: true ' +
      'if the network in between is trusted';
    return [{ path: `pbxs.${name}.host`, message }];
  });
}

function trunkPbxs(sections: Sections): Fault[] {
  const pbxs = entries(sections, 'pbxs').map(([name]) => name);
  const known = pbxs.length > 0 ? pbxs : [embeddedPbxName];
  return entries(sections, 'trunks')
    .filter(([, { pbx }]) => typeof pbx === 'string' && !known.includes(pbx))
    .map(([name]) => ({
      path: `trunks.${name}.pbx`,
      message:
        pbxs.length > 0
          ? `no such PBX: pbxs has ${pbxs.join(', ')}`
          : `no such PBX: without pbxs there is only the embedded one, called ${embeddedPbxName}`,
    }));
}

/** Names that one environment variable could not tell apart. */
function twins(sections: Sections): Fault[] {
  return [...namedSections, ...valueSections].flatMap((section) => {
    const entriesOfSection = sections[section];
    const names = isSection(entriesOfSection) ? Object.keys(entriesOfSection) : [];
    return names
      .filter((name, index) => names.findIndex((other) => upper(other) === upper(name)) < index)
      .map((name) => ({
        path: `${section}.${name}`,
        message: 'differs from another name only in hyphens or case',
      }));
  });
}

function entries(sections: Sections, name: string): [string, Sections][] {
  const section = sections[name];
  if (!isSection(section)) return [];
  return Object.entries(section).filter((entry): entry is [string, Sections] =>
    isSection(entry[1]),
  );
}

/** True for what never leaves this machine. A host that is missing or no text is another check's fault. */
function isLoopback(host: unknown): boolean {
  if (typeof host !== 'string') return true;
  return /^(?:localhost|::1|127(?:\.[0-9]{1,3}){3})$/i.test(host);
}
