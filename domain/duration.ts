const unitMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const longestMs = 3650 * 86_400_000;

/**
 * Milliseconds of a duration as people write it: a whole number and one unit, `30s` `5m` `2h` `3d`.
 * null for anything else, for zero, and for more than 3650 days.
 */
export function parseDuration(text: string): number | null {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const ms = Number(count) * (unitMs[unit ?? ''] ?? Number.NaN);
  return ms > 0 && ms <= longestMs ? ms : null;
}
