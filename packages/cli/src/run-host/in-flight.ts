/** So many lines are handed over at a time: a durable outbox writes all that come together to disk together. */
const MAX_LINES = 1_000;
/** Large lines are fewer at a time. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Bounds how much is under way. */
export class InFlight {
  #lines = 0;
  #bytes = 0;
  #changed = (): void => undefined;

  get isFull(): boolean {
    return this.#lines >= MAX_LINES || this.#bytes >= MAX_BYTES;
  }

  get isEmpty(): boolean {
    return this.#lines === 0;
  }

  add(bytes: number): void {
    this.#lines++;
    this.#bytes += bytes;
  }

  remove(bytes: number): void {
    this.#lines--;
    this.#bytes -= bytes;
    this.#changed();
  }

  /** Ends the waiting for a change. */
  wake(): void {
    this.#changed();
  }

  /** Resolves when something was removed, or it is woken. One may wait at a time. */
  change(): Promise<void> {
    return new Promise((resolve) => (this.#changed = resolve));
  }
}
