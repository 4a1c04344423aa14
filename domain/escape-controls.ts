// Controls, line and paragraph separators, and halves of surrogate pairs.
const unprintable = /[\p{Cc}\p{Cs}\u2028\u2029]/gu;

/** The text with control characters and lone surrogates shown as `\uXXXX`, so that it is safe on a screen. */
export function escapeControls(text: string): string {
  return text.replace(
    unprintable,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
