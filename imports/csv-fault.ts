/** Why a row is refused, and where. Reported to the person who imports, and never logged: `value` is personal. */
export interface ImportFault {
  /** Of the file, counted from 1; where the row starts. */
  readonly line: number;
  /** The header's name for it; empty when the whole row is meant. */
  readonly column: string;
  /** What stood there: control characters escaped, cut at 80 characters. */
  readonly value: string;
  /** What to change. */
  readonly reason: string;
}

/** The file as a whole cannot be read; nothing of it was imported. */
export class FileRefusedError extends Error {
  readonly code = 'FILE_REFUSED';
  readonly faults: readonly ImportFault[];

  constructor(faults: readonly ImportFault[]) {
    super(faults.map(({ reason }) => reason).join('; '));
    this.faults = faults;
  }
}

const longestShownValue = 80;

/** A cell as it can be shown: no control or invisible formatting character reaches a terminal raw. */
export function showValue(value: string): string {
  const start = value.slice(0, longestShownValue + 1);
  const shown = start.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, escapeCharacter);
  return shown.length > longestShownValue ? `${shown.slice(0, longestShownValue - 1)}…` : shown;
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `\\u${code.toString(16).padStart(4, '0')}`;
}
