/** Faults that are known and not yet mended, by the codes of the rows they show in. */
const known: readonly (readonly [RegExp, string])[] = [
  [/^03[013456]$/, 'an application that ends makes no hangup request, and yet it was us'],
  [/^(local-)?046$|^048$|^072$/, 'a transfer over a Local channel goes to its extension'],
  [/^(local|plain)-\d+$/, 'the hangup of a channel to the carrier may come after our own'],
];

/** For the options of a test of this row. */
export function todoOf(code: string): { todo?: string } {
  const found = known.find(([codes]) => codes.test(code));
  return found === undefined ? {} : { todo: found[1] };
}
