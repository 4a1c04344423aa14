import type { Fault } from '../errors.ts';

export interface Share<Word extends string> {
  readonly of: Word;
  /** Above 0, at most 1; all shares of a list add up to 1. */
  readonly share: number;
}

export type SharesReading<Word extends string> =
  | { readonly ok: true; readonly shares: readonly Share<Word>[] }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** What is needed to read a list of shares. */
interface ShareWords<Word extends string> {
  readonly isKnown: (word: string) => word is Word;
  /** Said of a word that is not known. */
  readonly unknown: string;
  /** How a part is written. */
  readonly example: string;
  /** Of a missing rest. */
  readonly rest: string;
}

/** Shares that are written with decimals need not add up exactly; in percent. */
const roundingError = 0.1;

/**
 * Reads `busy=10%,no_answer=35%,answered=55%`, with or without the signs. Reports all faults at once; a
 * list that does not add up is one, because what is missing might be anything.
 */
export function readShares<Word extends string>(
  text: string,
  words: ShareWords<Word>,
): SharesReading<Word> {
  const faults: Fault[] = [];
  const percents = new Map<Word, number>();
  for (const part of text.split(',').map((piece) => piece.trim())) {
    const [, word, digits] = /^([\w/+-]+)\s*=\s*(\d{1,3}(?:\.\d{1,6})?)\s*%?$/.exec(part) ?? [];
    if (word === undefined) faults.push({ path: part, message: `write ${words.example}` });
    else if (!words.isKnown(word)) faults.push({ path: word, message: words.unknown });
    else if (percents.has(word)) faults.push({ path: word, message: 'this is given twice' });
    else percents.set(word, Number(digits));
  }
  const sum = [...percents.values()].reduce((total, percent) => total + percent, 0);
  if (faults.length === 0 && Math.abs(sum - 100) > roundingError) {
    faults.push({ path: '', message: offBy(sum, words.rest) });
  }
  if (faults.length > 0) return { ok: false, faults };
  const shares = [...percents].map(([of, percent]) => ({ of, share: percent / sum }));
  return { ok: true, shares: shares.filter(({ share }) => share > 0) };
}

function offBy(sum: number, rest: string): string {
  const gap = rounded(Math.abs(100 - sum));
  const what =
    sum < 100
      ? `${gap} % are missing, say what they are: for example ${rest}=${gap}%`
      : `that is ${gap} % too much`;
  return `the shares must add up to 100 %, and these are ${rounded(sum)} %: ${what}`;
}

function rounded(percent: number): number {
  return Math.round(percent * 100) / 100;
}

/** The one of the shares that a number from 0 up to, and not, 1 falls into. */
export function pickShare<Word extends string>(
  shares: readonly Share<Word>[],
  random: number,
): Word {
  let rest = random;
  for (const { of, share } of shares) {
    if (rest < share) return of;
    rest -= share;
  }
  const last = shares.at(-1);
  if (last === undefined) throw new Error('there is no share to pick from');
  return last.of;
}
