import { messageOf, type Clock, type Logger, type Outbox, type Settlement } from '@dest/core';

/** How soon the outbox is asked again after it failed, in milliseconds. */
const RETRY_MS = 1_000;

export interface SettlerOptions {
  readonly destination: string;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Tells the outbox what became of tries, until it has it: where the outbox fails nothing is delivered a second time for that.
 */
export class Settler {
  readonly #options: SettlerOptions;
  #pending = 0;
  #closed = false;
  readonly #wakers = new Set<() => void>();

  constructor(options: SettlerOptions) {
    this.#options = options;
  }

  /** How many deliveries the outbox was told of and has not yet. */
  get pending(): number {
    return this.#pending;
  }

  /** Resolves when the outbox has it: true; or gave it up, since the host closes: false. Never rejects. */
  async settle(settlements: readonly Settlement[]): Promise<boolean> {
    const { outbox, logger, destination } = this.#options;
    this.#pending += settlements.length;
    try {
      for (let failures = 0; ; failures++) {
        try {
          await outbox.settle(settlements);
          return true;
        } catch (error) {
          const fields = { destination, deliveries: settlements.length, reason: messageOf(error) };
          if (failures === 0)
            logger.error('The outbox could not note what became of deliveries; it is tried again', fields);
          if (this.#closed) return false;
          await this.#pause();
        }
      }
    } finally {
      this.#pending -= settlements.length;
    }
  }

  /** Tries once more what is left, then gives up: it is delivered again, since it still waits. */
  close(): void {
    this.#closed = true;
    for (const wake of this.#wakers) wake();
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.schedule(RETRY_MS, () => wake());
      const wake = (): void => {
        this.#wakers.delete(wake);
        cancel();
        resolve();
      };
      this.#wakers.add(wake);
    });
  }
}
