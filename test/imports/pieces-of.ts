/** A file's content as a stream of pieces of a size, so that every cut can be tried. */
export async function* piecesOf(
  content: string | Buffer,
  pieceSize = Infinity,
): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(content);
  if (pieceSize === Infinity) {
    yield await Promise.resolve(bytes);
    return;
  }
  for (let start = 0; start < bytes.length; start += pieceSize) {
    yield await Promise.resolve(bytes.subarray(start, start + pieceSize));
  }
}
