/** Memory in which texts lie as UTF-8, one behind the other: outside of the heap, where no collection of garbage copies them. */
export class TextChunk {
  readonly #bytes: Buffer;
  #used = 0;

  /** @param size - in bytes */
  constructor(size: number) {
    this.#bytes = Buffer.allocUnsafeSlow(size);
  }

  /** In bytes: what somebody holds who holds one of its texts. */
  get size(): number {
    return this.#bytes.length;
  }

  /** How many bytes were written. */
  get used(): number {
    return this.#used;
  }

  /** How many more may be. */
  get room(): number {
    return this.#bytes.length - this.#used;
  }

  /** Puts a text behind the others; there is room for it. Returns how many bytes it has. */
  write(text: string): number {
    const length = this.#bytes.write(text, this.#used);
    this.#used += length;
    return length;
  }

  /** The same for a text that is UTF-8 already. */
  copy(source: Buffer, start: number, end: number): number {
    this.#used += source.copy(this.#bytes, this.#used, start, end);
    return end - start;
  }

  /** The same for a short text that is ASCII, which is quicker. */
  writeAscii(text: string): void {
    for (let index = 0; index < text.length; index++) this.#bytes[this.#used++] = text.charCodeAt(index);
  }

  text(start: number, length: number): string {
    return this.#bytes.toString('utf8', start, start + length);
  }

  /** The same, with another last character than the one that is there; both are ASCII. */
  textEndingWith(last: string, start: number, length: number): string {
    const at = start + length - 1;
    const own = this.#bytes[at] as number;
    this.#bytes[at] = last.charCodeAt(0);
    const text = this.text(start, length);
    this.#bytes[at] = own;
    return text;
  }

  /** Copies a text. */
  copyTo(target: Buffer, at: number, start: number, length: number): void {
    this.#bytes.copy(target, at, start, start + length);
  }
}
