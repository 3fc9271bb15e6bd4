/** How long a line may be, in bytes. */
export const MAX_LINE_BYTES = 10 * 1024 * 1024;

/** One line of the input. */
export interface InputLine {
  /** From 1, blank lines counted. */
  readonly number: number;
  /** Without its line break; absent where the line is longer than allowed. */
  readonly bytes?: Buffer;
}

const LINE_FEED = 0x0a;

/**
 * Cuts a stream of bytes into lines, the last one with or without a line break. Holds one line at most; of one that is too
 * long, nothing but its number is kept.
 *
 * @param onBytes - is told how many bytes were read
 */
export async function* readLines(
  chunks: AsyncIterable<Buffer | string>,
  onBytes: (bytes: number) => void = () => undefined,
  maxBytes = MAX_LINE_BYTES,
): AsyncGenerator<InputLine> {
  let number = 1;
  let parts: Buffer[] = [];
  let length = 0;
  const keep = (part: Buffer): void => {
    length += part.length;
    if (length > maxBytes) parts = [];
    else if (part.length > 0) parts.push(part);
  };
  const take = (): InputLine => {
    const line =
      length > maxBytes ? { number } : { number, bytes: parts.length === 1 ? parts[0]! : Buffer.concat(parts) };
    number++;
    parts = [];
    length = 0;
    return line;
  };
  for await (const chunk of chunks) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    onBytes(bytes.length);
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
      keep(bytes.subarray(start, end));
      yield take();
      start = end + 1;
    }
    keep(bytes.subarray(start));
  }
  if (length > 0) yield take();
}
