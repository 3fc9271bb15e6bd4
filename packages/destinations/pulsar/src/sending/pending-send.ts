import type { SendBatch } from './send-batch';
import { SendFailure } from './send-outcome';

/** One message of a batch that is, or was, on the wire. */
export class PendingSend<Content> {
  /** Milliseconds of the monotonic clock when it was last put on the wire. */
  sentAt = 0;
  /** In bytes, as it was last put on the wire. */
  size = 0;
  /** Tells it apart from every other one of its producer. */
  readonly id: number;
  readonly batch: SendBatch<Content>;
  readonly #position: number;

  constructor(batch: SendBatch<Content>, position: number) {
    this.id = batch.idAt(position);
    this.batch = batch;
    this.#position = position;
  }

  get content(): Content {
    return this.batch.contentAt(this.#position);
  }

  /** Whether nobody waits for it any more. */
  get settled(): boolean {
    return this.batch.isSettled(this.#position);
  }

  succeed(messageId: string): void {
    this.batch.settle(this.#position, messageId);
  }

  fail(error: unknown): void {
    this.batch.settle(this.#position, new SendFailure(error));
  }
}
