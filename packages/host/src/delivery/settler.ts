import { messageOf, type Clock, type Logger, type Outbox, type Settlement } from '@dest/core';
import { OUTBOX_RETRY_MS } from './outbox-retry';

/**
 * How many the outbox is told of at a time, or half of what there is to tell where that is more, so that it is never long behind.
 * What a slow destination took for a long while comes to an end all at once, and what other lanes ask of the outbox would wait
 * behind all of it.
 */
const STEP = 100;

export interface SettlerOptions {
  readonly destination: string;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Who waits until the outbox has the last of what it handed in. */
interface Waiter {
  /** How many were handed in before, and by it. */
  readonly upTo: number;
  readonly resolve: (hasThem: boolean) => void;
}

/**
 * Tells the outbox what became of tries, until it has it: where the outbox fails nothing is delivered a second time for that.
 */
export class Settler {
  readonly #options: SettlerOptions;
  readonly #waiting: Settlement[] = [];
  /** In order of `upTo`. */
  readonly #waiters: Waiter[] = [];
  #handedIn = 0;
  #done = 0;
  #running = false;
  #closed = false;
  #gaveUp = false;
  #wake: (() => void) | undefined;

  constructor(options: SettlerOptions) {
    this.#options = options;
  }

  /** How many deliveries the outbox was told of and has not yet. */
  get pending(): number {
    return this.#handedIn - this.#done;
  }

  /** Resolves when the outbox has it: true; or gave it up, since the host closes: false. Never rejects. */
  settle(settlements: readonly Settlement[]): Promise<boolean> {
    if (settlements.length === 0) return Promise.resolve(true);
    this.#waiting.push(...settlements);
    this.#handedIn += settlements.length;
    const settled = new Promise<boolean>((resolve) => this.#waiters.push({ upTo: this.#handedIn, resolve }));
    if (!this.#running) void this.#run();
    return settled;
  }

  /** Tries once more what is left, then gives up: it is delivered again, since it still waits. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) {
      const step = this.#waiting.splice(0, Math.max(STEP, this.#waiting.length >> 1));
      this.#gaveUp = !(await this.#tell(step)) || this.#gaveUp;
      this.#done += step.length;
      while (this.#waiters[0] !== undefined && this.#waiters[0].upTo <= this.#done) {
        this.#waiters.shift()?.resolve(!this.#gaveUp);
      }
    }
    this.#running = false;
  }

  async #tell(settlements: readonly Settlement[]): Promise<boolean> {
    const { outbox, logger, destination } = this.#options;
    for (let failures = 0; ; failures++) {
      try {
        await outbox.settle(settlements);
        return true;
      } catch (error) {
        const fields = { destination, deliveries: this.pending, reason: messageOf(error) };
        if (failures === 0)
          logger.error('The outbox could not note what became of deliveries; it is tried again', fields);
        if (this.#closed) return false;
        await this.#pause();
      }
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.schedule(OUTBOX_RETRY_MS, () => this.#wake?.());
      this.#wake = () => {
        this.#wake = undefined;
        cancel();
        resolve();
      };
    });
  }
}
