import { createPbxLink, type AmiLog } from '../ami/pbx-link.ts';

/** What a look at a PBX found, for people who set one up. */
export interface PbxCheck {
  readonly state: 'ready' | 'login_refused' | 'rights_missing' | 'not_reachable';
  /** As the PBX says it, such as `22.10.1`. */
  readonly version: string | null;
  /** Such as `read=call`. */
  readonly missingRights: readonly string[];
}

export interface PbxCheckOptions {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly secret: string;
  readonly log: AmiLog;
  /** How long the PBX may take to let us in; default 5 s. */
  readonly limitMs?: number;
}

/** Logs in once and asks what the engine will need later. Places no call and changes nothing. */
export async function checkPbx({ limitMs = 5_000, ...pbx }: PbxCheckOptions): Promise<PbxCheck> {
  const link = createPbxLink(pbx);
  const refused = new AbortController();
  link.onState((state) => state === 'refused' && refused.abort());
  link.start();
  try {
    const isBooted = await link.whenBooted(limitMs, refused.signal).then(
      () => true,
      () => false,
    );
    if (refused.signal.aborted) return found('login_refused');
    // Without read=system nobody hears FullyBooted, but the login itself stands.
    const rights = await link.checkRights().catch(() => null);
    if (rights === null || (!isBooted && rights.missing.length === 0))
      return found('not_reachable');
    const version = isBooted ? (await link.serverInfo().catch(() => null))?.version : null;
    const state = rights.missing.length > 0 ? 'rights_missing' : 'ready';
    return { state, version: version ?? null, missingRights: rights.missing };
  } finally {
    await link.stop();
  }
}

function found(state: PbxCheck['state']): PbxCheck {
  return { state, version: null, missingRights: [] };
}
