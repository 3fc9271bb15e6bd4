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
 * Cuts a stream of bytes into lines, the last one with or without a line break. Gives those that end in a chunk together: to wait
 * for each by itself would cost more than to read it. Holds the rest of one line beside them; of one that is too long, nothing
 * but its number is kept.
 *
 * @param onBytes - is told how many bytes were read
 */
export async function* readLines(
  chunks: AsyncIterable<Buffer | string>,
  onBytes: (bytes: number) => void = () => undefined,
  maxBytes = MAX_LINE_BYTES,
): AsyncGenerator<readonly InputLine[]> {
  const cutter = new LineCutter(maxBytes);
  for await (const chunk of chunks) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    onBytes(bytes.length);
    const lines = cutter.cut(bytes);
    if (lines.length > 0) yield lines;
  }
  const last = cutter.rest();
  if (last !== undefined) yield [last];
}

/** Knows what came of a line before the chunk that has its end. */
class LineCutter {
  readonly #maxBytes: number;
  #number = 1;
  #parts: Buffer[] = [];
  #length = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The lines that end in a chunk. */
  cut(bytes: Buffer): readonly InputLine[] {
    const lines: InputLine[] = [];
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
      this.#keep(bytes.subarray(start, end));
      lines.push(this.#take());
      start = end + 1;
    }
    this.#keep(bytes.subarray(start));
    return lines;
  }

  /** The last line, where no line break ends it. */
  rest(): InputLine | undefined {
    return this.#length > 0 ? this.#take() : undefined;
  }

  #keep(part: Buffer): void {
    this.#length += part.length;
    if (this.#length > this.#maxBytes) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
  }

  #take(): InputLine {
    const number = this.#number++;
    const [parts, length] = [this.#parts, this.#length];
    this.#parts = [];
    this.#length = 0;
    if (length > this.#maxBytes) return { number };
    return { number, bytes: parts.length === 1 ? parts[0]! : Buffer.concat(parts) };
  }
}
