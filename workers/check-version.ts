import { releasesKnownAt } from '../ami/asterisk-releases.ts';
import {
  endedAt,
  isAtLeast,
  openAdvisories,
  parseAsteriskVersion,
} from '../ami/asterisk-version.ts';
import type { Finding } from './finding.ts';

/** `today` as `YYYY-MM-DD`. */
export function checkVersion(pbx: string, text: string | null, today: string): Finding[] {
  const check = `${pbx}: version`;
  const version = text === null ? null : parseAsteriskVersion(text);
  if (version === null) {
    const detail = `${text ?? 'it does not say'}: no release we know; calls need Asterisk 12.2 or newer`;
    return [{ check, result: 'warning', detail }];
  }
  const advisories: Finding[] = openAdvisories(version).map(({ id, summary, fixedIn }) => ({
    check: `${pbx}: advisory ${id}`,
    result: 'warning',
    detail: `${summary}; fixed in ${fixedIn.join(', ')}`,
  }));
  return [{ check, ...judge(`Asterisk ${text ?? ''}`, version, today) }, ...advisories];
}

function judge(
  name: string,
  version: NonNullable<ReturnType<typeof parseAsteriskVersion>>,
  today: string,
): Omit<Finding, 'check'> {
  if (!isAtLeast(version, 12, 2)) {
    const detail = `${name} cannot be given an id for a call (ChannelId came with 12.2): no call can be placed safely. Upgrade`;
    return { result: 'fault', detail };
  }
  if (!isAtLeast(version, 13, 13)) {
    const detail = `${name} does not refuse an id that is in use (13.13 and newer do), so a mistake could place a second call. Upgrade`;
    return { result: 'warning', detail };
  }
  const ended = endedAt(version, today);
  if (ended !== null) {
    const detail = `${name} works, but its branch got its last security fix on ${ended}. Plan an upgrade to 20 or 22`;
    return { result: 'warning', detail };
  }
  return { result: 'ok', detail: `${name}; advisories are known up to ${releasesKnownAt}` };
}
