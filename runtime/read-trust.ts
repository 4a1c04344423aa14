import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Fault } from '../domain/errors.ts';
import { isSection, type ConfigOverlay } from './config-environment.ts';
import type { PbxTlsConfig } from './config.ts';

/** What each PBX's `tls` trusts. */
export interface Trust {
  readonly found: ReadonlyMap<string, PbxTlsConfig>;
  readonly faults: readonly Fault[];
}

/** Works on unchecked sections: what is no `tls` at all is the schema's fault to report. */
export function readTrust(overlay: ConfigOverlay, fileDir: string, cwd: string): Trust {
  const found = new Map<string, PbxTlsConfig>();
  const faults: Fault[] = [];
  const { pbxs } = overlay.sections;
  for (const [name, pbx] of Object.entries(isSection(pbxs) ? pbxs : {})) {
    const path = `pbxs.${name}.tls`;
    const tls = isSection(pbx) ? pbx['tls'] : undefined;
    if (tls === true) found.set(name, { caFile: null, serverName: null });
    if (!isSection(tls) || typeof tls['caFile'] !== 'string') continue;
    const caFile = resolve(overlay.origins.has(path) ? cwd : fileDir, tls['caFile']);
    const fault = certificateFault(caFile);
    if (fault !== null) faults.push({ path: `${path}.caFile`, message: fault });
    const serverName = typeof tls['serverName'] === 'string' ? tls['serverName'] : null;
    found.set(name, { caFile, serverName });
  }
  return { found, faults };
}

function certificateFault(path: string): string | null {
  try {
    new X509Certificate(readFileSync(path));
    return null;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    return /^E[A-Z]+$/.test(code)
      ? `${path} cannot be read (${code})`
      : `${path} holds no certificate in PEM form`;
  }
}
