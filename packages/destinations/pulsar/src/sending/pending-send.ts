/** Why a message was not sent. */
export class SendFailure {
  constructor(readonly error: unknown) {}
}

/** Pulsar's id of the message, or why there is none. */
export type SendOutcome = string | SendFailure;

/** Where outcomes go. */
export interface OutcomeTaker {
  settle(position: number, outcome: SendOutcome): void;
}

/** One message on its way. */
export class PendingSend<Content> {
  /** Milliseconds of the monotonic clock when it was last put on the wire; 0 for never. */
  sentAt = 0;
  #settled = false;
  readonly #taker: OutcomeTaker;
  readonly #position: number;

  /**
   * @param id tells it apart from every other one of its producer
   * @param size in bytes, as sent
   * @param position among those that were handed over with it
   */
  constructor(
    readonly id: number,
    readonly content: Content,
    readonly size: number,
    taker: OutcomeTaker,
    position: number,
  ) {
    this.#taker = taker;
    this.#position = position;
  }

  /** Whether nobody waits for it any more. */
  get settled(): boolean {
    return this.#settled;
  }

  succeed(messageId: string): void {
    this.#settle(messageId);
  }

  fail(error: unknown): void {
    this.#settle(new SendFailure(error));
  }

  #settle(outcome: SendOutcome): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#taker.settle(this.#position, outcome);
  }
}
