const dayMs = 86_400_000;

/** Why a required suppression list does not do, in words for the person who has to import it. */
export function describeListAge(
  required: {
    readonly source: string;
    readonly maxAgeMs: number;
    readonly listDate: string | null;
  },
  now: Date,
): string {
  const { source, maxAgeMs, listDate } = required;
  if (listDate === null) return `the suppression list "${source}" was never imported`;
  const age = now.getTime() - new Date(listDate).getTime();
  return `the suppression list "${source}" is ${inDays(age)} old; at most ${inDays(maxAgeMs)} are allowed`;
}

/** Whole days, or hours below two days. */
function inDays(ms: number): string {
  if (ms >= 2 * dayMs) return `${Math.floor(ms / dayMs)} days`;
  return `${Math.floor(ms / 3_600_000)} hours`;
}
