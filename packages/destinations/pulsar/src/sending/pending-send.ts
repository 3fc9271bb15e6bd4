/** One message on its way. */
export class PendingSend<Content> {
  /** Milliseconds of the monotonic clock when it was last put on the wire. */
  sentAt = 0;
  #settled = false;
  #resolve!: (messageId: string) => void;
  #reject!: (error: unknown) => void;

  readonly outcome = new Promise<string>((resolve, reject) => {
    this.#resolve = resolve;
    this.#reject = reject;
  });

  /**
   * @param id tells it apart from every other one of its producer
   * @param size in bytes, as sent
   */
  constructor(
    readonly id: number,
    readonly content: Content,
    readonly size: number,
    readonly signal: AbortSignal,
  ) {}

  /** Whether nobody waits for it any more. */
  get settled(): boolean {
    return this.#settled;
  }

  succeed(messageId: string): void {
    this.#settled = true;
    this.#resolve(messageId);
  }

  fail(error: unknown): void {
    this.#settled = true;
    this.#reject(error);
  }
}
