import type { SuppressionImportProgress } from '../client/records.ts';
import type { Terminal } from './cli.ts';

const redrawEveryMs = 200;
const plainLineEveryMs = 5_000;

/** How far an import is, on stderr: a line that is redrawn on a terminal, else a plain one now and then. */
export interface ImportProgress {
  show(progress: SuppressionImportProgress): void;
  /** Before anything else is written, and at the end. */
  clear(): void;
}

export function showImportProgress({ stderr }: Pick<Terminal, 'stderr'>): ImportProgress {
  const isTerminal = stderr.isTTY === true;
  const everyMs = isTerminal ? redrawEveryMs : plainLineEveryMs;
  let shownAt = performance.now();
  let isDrawn = false;
  return {
    show({ rows, isStoring }) {
      const isDue = performance.now() - shownAt >= everyMs || (isTerminal && isStoring);
      if (!isDue) return;
      shownAt = performance.now();
      const text = `${rows.toLocaleString('en')} rows read${isStoring ? ', bringing them in' : ''}`;
      stderr.write(isTerminal ? `\r\u001b[2K${text}` : `${text}\n`);
      isDrawn = isTerminal;
    },
    clear() {
      if (isDrawn) stderr.write('\r\u001b[2K');
      isDrawn = false;
    },
  };
}
