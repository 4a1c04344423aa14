import { advisories, endOfLife, type Advisory } from './asterisk-releases.ts';

/** The numbers of a version such as `22.10.1`, `16.6.2~dfsg-1` or `certified/18.9-cert11`. */
export interface AsteriskVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** The number after `-cert`; null for Asterisk that is not certified. */
  readonly certified: number | null;
}

/** Null for what is no released version, such as `GIT-master-1234`. */
export function parseAsteriskVersion(text: string): AsteriskVersion | null {
  const match = /^(?:certified[/-])?(\d+)\.(\d+)(?:\.(\d+))?(?:-cert(\d+))?(?!\d)/.exec(text);
  if (match === null) return null;
  const [, major = '', minor = '', patch = '0', certified] = match;
  return {
    major: Number(major),
    minor: Number(minor),
    patch: Number(patch),
    certified: certified === undefined ? null : Number(certified),
  };
}

/** True from this release on. */
export function isAtLeast(version: AsteriskVersion, major: number, minor = 0, patch = 0): boolean {
  const difference = version.major - major || version.minor - minor || version.patch - patch;
  return difference >= 0;
}

/**
 * The day its branch had its last fix, when that is before `today` (both `YYYY-MM-DD`); null when it is
 * supported, or newer than our table.
 */
export function endedAt(version: AsteriskVersion, today: string): string | null {
  const end = endOfLife.get(version.major) ?? (version.major < 13 ? '2017-10-25' : null);
  return end !== null && end < today ? end : null;
}

/** Advisories that the version is open to. */
export function openAdvisories(version: AsteriskVersion): Advisory[] {
  return advisories.filter(({ fixedIn, fixedInCertified }) =>
    version.certified === null ? isOpen(version, fixedIn) : isOpen(version, fixedInCertified),
  );
}

function isOpen(version: AsteriskVersion, fixedIn: readonly string[]): boolean {
  const fixes = fixedIn.flatMap((text) => parseAsteriskVersion(text) ?? []);
  const sameBranch = fixes.find((fix) => isSameBranch(fix, version));
  if (sameBranch !== undefined) return isBefore(version, sameBranch);
  // A later certified branch of the same major began from a release that had the fix.
  const isLater = ({ major, minor }: AsteriskVersion) =>
    major === version.major && minor < version.minor;
  if (version.certified !== null && fixes.some(isLater)) return false;
  const newest = Math.max(...fixes.map(({ major }) => major));
  return version.major <= newest;
}

/** A certified branch is major and minor; any other is the major number alone. */
function isSameBranch(fix: AsteriskVersion, version: AsteriskVersion): boolean {
  if (fix.major !== version.major) return false;
  return version.certified === null || fix.minor === version.minor;
}

function isBefore(version: AsteriskVersion, fix: AsteriskVersion): boolean {
  if (!isAtLeast(version, fix.major, fix.minor, fix.patch)) return true;
  return version.certified !== null && version.certified < (fix.certified ?? 0);
}
