/**
 * One block of lines from the PBX as asterisk-manager parses it: keys in lower case, a repeated key as
 * an array, `Variable` lines as an object. Whatever it holds is hearsay until read by these functions.
 */
export type AmiItem = Readonly<Record<string, unknown>>;

/** The text of a key that came exactly once; null when absent, repeated or inherited. */
export function textOf(item: AmiItem, key: string): string | null {
  if (!Object.hasOwn(item, key)) return null;
  const value = item[key];
  return typeof value === 'string' ? value : null;
}

/** A whole number of at most nine digits; null for anything else. */
export function integerOf(item: AmiItem, key: string): number | null {
  const text = textOf(item, key);
  return text !== null && /^-?[0-9]{1,9}$/.test(text) ? Number(text) : null;
}
