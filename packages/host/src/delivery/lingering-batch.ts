import type { StoredDelivery } from '@dest/core';

/** A batch that waits for others to fill it: looking for them costs a read, so it is asked first whether they may. */
export class LingeringBatch {
  readonly #bytes: number;
  readonly #largest: number;
  readonly #room: { readonly items: number; readonly bytes: number };

  /** @param room - what a batch may have at most */
  constructor(batch: readonly StoredDelivery[], room: { readonly items: number; readonly bytes: number }) {
    this.#bytes = batch.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#largest = batch.reduce((most, { bytes }) => Math.max(most, bytes), 0);
    this.#room = room;
  }

  /**
   * Whether it may be full by now. How large the new ones are is not known: they are taken to be like those that are.
   *
   * @param expected - how many wait
   * @param unread - how many of them are new
   */
  mayBeFull(expected: number, unread: number): boolean {
    return expected >= this.#room.items || this.#bytes + unread * this.#largest >= this.#room.bytes;
  }
}
