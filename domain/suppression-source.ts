import { escapeControls } from './escape-controls.ts';

const longestSource = 80;

/**
 * Where a suppression comes from, as a name: `manual`, a file, a register such as `repep`. null for
 * what is none: empty, above 80 characters, or with control characters. Capitals count.
 */
export function readSuppressionSource(text: string): string | null {
  const source = text.trim();
  const isName =
    source !== '' && source.length <= longestSource && escapeControls(source) === source;
  return isName ? source : null;
}

export const sourceHint = 'a source is a name of 1 to 80 characters, such as repep';
