/** Notices that nothing is answered any more: a frozen broker says nothing. One timer, however many wait. */
export class AnswerWatch {
  readonly #timeoutMs: number;
  readonly #oldest: () => number | undefined;
  readonly #onSilence: (waitedMs: number) => void;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param timeoutMs how long an answer may take
   * @param oldest when what waits longest was sent, in milliseconds of the monotonic clock; undefined where nothing waits
   */
  constructor(timeoutMs: number, oldest: () => number | undefined, onSilence: (waitedMs: number) => void) {
    this.#timeoutMs = timeoutMs;
    this.#oldest = oldest;
    this.#onSilence = onSilence;
  }

  /** Something may wait. */
  start(): void {
    this.#timer ??= this.#lookAfter(this.#timeoutMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #lookAfter(delayMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.#timer = undefined;
      const oldest = this.#oldest();
      if (oldest === undefined) return;
      const waitedMs = performance.now() - oldest;
      if (waitedMs < this.#timeoutMs) this.#timer = this.#lookAfter(this.#timeoutMs - waitedMs);
      else this.#onSilence(waitedMs);
    }, delayMs);
  }
}
