/**
 * A contact file as text, in whole lines that end in `\n`, with bounded memory. People's files come
 * as UTF-8 with or without a byte order mark, as UTF-16 from a spreadsheet, as Windows-1252 from an
 * old CRM, and with any of three line ends. A line that is not UTF-8 is read as Windows-1252, so
 * that one odd line does not change how the others are read.
 */

/** Longest line that is kept, in characters; a longer one is never held in memory as a whole. */
export const maxLineCharacters = 1_000_000;

/**
 * Yields blocks of whole lines. A line over maxLineCharacters becomes an empty line, so that line
 * numbers stay right, and its number (from 1) is given to onLongLine.
 */
export async function* decodeLines(
  bytes: AsyncIterable<Uint8Array>,
  onLongLine: (line: number) => void,
): AsyncGenerator<string> {
  let rest = '';
  let isTooLong = false;
  let line = 1;
  for await (const text of unifyLineEnds(decodeText(bytes))) {
    const firstEnd = text.indexOf('\n');
    const head = firstEnd === -1 ? text : text.slice(0, firstEnd);
    isTooLong ||= rest.length + head.length > maxLineCharacters;
    rest = isTooLong ? '' : rest + head;
    if (firstEnd === -1) continue;

    if (isTooLong) onLongLine(line);
    const lastEnd = text.lastIndexOf('\n');
    const block = rest + text.slice(firstEnd, lastEnd + 1);
    yield block;
    line += countLineEnds(block);
    rest = text.slice(lastEnd + 1);
    isTooLong = false;
  }
  if (isTooLong) onLongLine(line);
  if (isTooLong || rest !== '') yield `${rest}\n`;
}

async function* decodeText(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decode: ((chunk: Buffer, isLast: boolean) => string) | null = null;
  let start = Buffer.alloc(0);
  for await (const chunk of bytes) {
    if (decode !== null) {
      yield decode(Buffer.from(chunk), false);
      continue;
    }
    start = Buffer.concat([start, chunk]);
    if (start.length < 4) continue;
    decode = decoderFor(start);
    yield decode(start, false);
  }
  yield decode === null ? decoderFor(start)(start, true) : decode(Buffer.alloc(0), true);
}

/** The bytes are not text at all; the message says what the file is and what to do. */
export class NotTextError extends Error {
  readonly code = 'FILE_NOT_TEXT';
}

const spreadsheetAdvice =
  'open it, choose "Save as" and "CSV UTF-8" or "CSV (comma delimited)", and import that file';
const signatures: readonly (readonly [hex: string, advice: string])[] = [
  ['504b0304', `this is an .xlsx workbook (or another zip file), not CSV: ${spreadsheetAdvice}`],
  ['d0cf11e0', `this is an old .xls workbook, not CSV: ${spreadsheetAdvice}`],
  ['1f8b', 'this file is compressed with gzip: unpack it first'],
];

function decoderFor(start: Buffer): (chunk: Buffer, isLast: boolean) => string {
  const signature = signatures.find(([hex]) => start.toString('hex').startsWith(hex));
  if (signature !== undefined) throw new NotTextError(signature[1]);
  const [first, second, third, fourth] = start;
  const isLittleEndian = (first === 0xff && second === 0xfe) || (second === 0 && fourth === 0);
  const isBigEndian = (first === 0xfe && second === 0xff) || (first === 0 && third === 0);
  if (!isLittleEndian && !isBigEndian) return eightBitDecoder();
  // Both decoders drop the byte order mark.
  const decoder = new TextDecoder(isLittleEndian ? 'utf-16le' : 'utf-16be');
  return (chunk, isLast) => decoder.decode(chunk, { stream: !isLast });
}

/** Cuts after an ASCII byte, where neither encoding can have a character in two halves. */
function eightBitDecoder(): (chunk: Buffer, isLast: boolean) => string {
  let held: Buffer = Buffer.alloc(0);
  let isStart = true;
  return (chunk, isLast) => {
    const all = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    let end = all.length;
    if (!isLast && end < maxLineCharacters) while (end > 0 && (all[end - 1] ?? 0) > 0x7f) end -= 1;
    held = all.subarray(end);
    const text = decodeBlock(all.subarray(0, end));
    const skip = isStart && text.startsWith('\uFEFF') ? 1 : 0;
    if (text !== '') isStart = false;
    return text.slice(skip);
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** 0x80 to 0x9F; all other bytes are as in Latin-1. Node's own decoder leaves these undecoded. */
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

function decodeBlock(block: Buffer): string {
  try {
    return utf8.decode(block);
  } catch {
    return linesOf(block).map(decodeLine).join('');
  }
}

function decodeLine(line: Buffer): string {
  try {
    return utf8.decode(line);
  } catch {
    const latin1 = line.toString('latin1');
    return latin1.replaceAll(/[\u0080-\u009f]/g, (c) => windows1252[c.charCodeAt(0) - 0x80] ?? c);
  }
}

/** The bytes in pieces that each end in CR or LF. */
function linesOf(block: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let start = 0;
  for (let at = 0; at < block.length; at += 1) {
    if (block[at] !== 0x0a && block[at] !== 0x0d) continue;
    lines.push(block.subarray(start, at + 1));
    start = at + 1;
  }
  return [...lines, block.subarray(start)];
}

/** CR LF and lone CR become LF, also when a pair is cut in two. */
async function* unifyLineEnds(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let held = '';
  for await (const part of texts) {
    const text = held + part;
    held = text.endsWith('\r') ? '\r' : '';
    const whole = held === '' ? text : text.slice(0, -1);
    if (whole !== '') yield whole.includes('\r') ? whole.replaceAll(/\r\n?/g, '\n') : whole;
  }
  if (held !== '') yield '\n';
}

function countLineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
