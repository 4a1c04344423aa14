import { CsvError, parse } from 'csv-parse';
import { decodeLines, maxLineCharacters } from './decode-lines.ts';

/** One row of a file, or why it is none; `line` is where it starts, counted from 1. */
export type CsvRow =
  | { readonly line: number; readonly cells: readonly string[] }
  | { readonly line: number; readonly fault: CsvFault };

/** `unclosed_quote` is always the last row: the quote swallowed the rest of the file. */
export type CsvFault = 'unclosed_quote' | 'too_long';

/**
 * The rows of a CSV file of any encoding, delimited as its first line shows, blank lines left out.
 * Holds one block of the file at a time, whatever the file's size. Never throws on what a file
 * holds; errors of reading the source pass through.
 */
export async function* parseCsv(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRow> {
  const longLines = new Set<number>();
  let reader: ReturnType<typeof createRowReader> | null = null;
  for await (const block of decodeLines(bytes, (line) => longLines.add(line))) {
    reader ??= createRowReader(detectDelimiter(block), longLines);
    yield* await reader.read(block);
    if (reader.isOver()) return;
  }
  if (reader !== null) yield* await reader.end();
}

/** csv-parse as a step: a block in, the rows that it completes out, also when it ends in an error. */
function createRowReader(delimiter: string, longLines: Set<number>) {
  let rows: CsvRow[] = [];
  let nextLine = 1;
  let error: Error | null = null;
  const parser = parse({
    delimiter,
    record_delimiter: '\n',
    relax_column_count: true,
    relax_quotes: true,
    // In bytes. A single line cannot reach it, so what does is a quote that was never closed.
    max_record_size: 4 * maxLineCharacters,
    on_record: (cells: string[], { lines }: { readonly lines: number }) => {
      const row = rowOf(cells, nextLine, lines, longLines);
      if (row !== null) rows.push(row);
      nextLine = lines + 1;
      return null;
    },
  });
  parser.on('error', (caught) => (error = caught)).resume();

  function takeRows(): CsvRow[] {
    const taken = rows;
    rows = [];
    if (error === null) return taken;
    if (!(error instanceof CsvError)) throw error;
    return [...taken, { line: nextLine, fault: 'unclosed_quote' }];
  }

  return {
    isOver: () => error !== null,
    async read(block: string): Promise<CsvRow[]> {
      await new Promise<void>((resolve) => parser.write(block, () => resolve()));
      return takeRows();
    },
    async end(): Promise<CsvRow[]> {
      await new Promise<void>((resolve) => parser.once('close', resolve).end());
      return takeRows();
    },
  };
}

function rowOf(
  cells: string[],
  firstLine: number,
  lastLine: number,
  longLines: Set<number>,
): CsvRow | null {
  const [longLine, ...others] = [...longLines].filter((line) => line <= lastLine);
  if (longLine !== undefined) {
    for (const line of [longLine, ...others]) longLines.delete(line);
    return { line: firstLine, fault: 'too_long' };
  }
  return cells.every((cell) => cell.trim() === '') ? null : { line: firstLine, cells };
}

/** The most frequent of comma, semicolon and tab outside quotes in the first line with text; else a comma. */
function detectDelimiter(block: string): string {
  const header = block.split('\n').find((line) => line.trim() !== '') ?? '';
  const bare = header.replaceAll(/"[^"]*"/g, '');
  const count = (delimiter: string) => bare.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, next) => (count(next) > count(best) ? next : best));
}
