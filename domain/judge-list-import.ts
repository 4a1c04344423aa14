/** What an import would do to a source's list. */
export interface ListImport {
  /** Rows of the file that could be read, and those that could not. */
  readonly read: number;
  readonly refused: number;
  /** Different numbers in the file. */
  readonly numbers: number;
  /** Entries that the source has on this list now. */
  readonly standing: number;
}

/** One faulty row in ten. */
const mostFaulty = 0.1;

/**
 * Why a file is perhaps not the list that it is said to be, so that nobody may rely on it without a
 * person's word: it is empty, many of its rows are faulty, or, when it is to replace the list, it has less
 * than half of the entries. null: nothing speaks against it.
 */
export function doubtListImport(
  file: ListImport,
  { replace }: { replace: boolean },
): string | null {
  const { read, refused, numbers, standing } = file;
  if (numbers === 0) return 'there is no number in the file';
  if (refused > (read + refused) * mostFaulty) {
    return `${refused} of ${read + refused} rows are faulty, more than one in ten`;
  }
  if (replace && numbers < standing / 2) {
    return `the list would shrink from ${standing} entries to ${numbers}`;
  }
  return null;
}
