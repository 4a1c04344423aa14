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

/** A duration as people write it: in days from four days on, else in the largest unit that is whole. */
export function durationText(ms: number): string {
  const units = ms >= 4 * 86_400_000 ? ['d', 'h', 'm'] : ['h', 'm'];
  const unit = units.find((candidate) => ms % (unitMs[candidate] ?? 1) === 0) ?? 's';
  return `${ms / (unitMs[unit] ?? 1000)}${unit}`;
}
