import type { Clock, Logger } from '@dest/core';

/** How often drops of one lane are logged at most. */
const LOG_EVERY_MS = 1_000;

interface Losses {
  dropped: number;
  refused: number;
  /** Dropped and not logged yet. */
  unlogged: number;
  /** Cancels the timer that logs them. */
  cancel: (() => void) | undefined;
}

/**
 * Counts what lanes lose by the rules that are configured, since the start. What full ones drop is logged: the first at
 * once, those that follow together, once a second.
 */
export class LaneLosses {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #losses = new Map<string, Losses>();

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  countOf(destination: string): { readonly dropped: number; readonly refused: number } {
    return this.#losses.get(destination) ?? { dropped: 0, refused: 0 };
  }

  /** Notes a delivery that had to make room for another. */
  droppedWhenFull(destination: string, delivery: string): void {
    const losses = this.#of(destination);
    losses.dropped++;
    if (losses.cancel !== undefined) {
      losses.unlogged++;
      return;
    }
    this.#logger.warn(`A delivery of ${destination} was dropped: its lane is full`, { destination, delivery });
    this.#logLater(destination, losses);
  }

  /** Notes deliveries that were dropped for another reason, and logged by whoever did. */
  dropped(destination: string, count: number): void {
    this.#of(destination).dropped += count;
  }

  /** Notes a delivery that a full lane did not take; its sender was told. */
  refused(destination: string): void {
    this.#of(destination).refused++;
  }

  /** Logs what is not logged yet. */
  close(): void {
    for (const [destination, losses] of this.#losses) {
      losses.cancel?.();
      losses.cancel = undefined;
      this.#log(destination, losses);
    }
  }

  #of(destination: string): Losses {
    let losses = this.#losses.get(destination);
    if (losses === undefined) {
      losses = { dropped: 0, refused: 0, unlogged: 0, cancel: undefined };
      this.#losses.set(destination, losses);
    }
    return losses;
  }

  #logLater(destination: string, losses: Losses): void {
    losses.cancel = this.#clock.schedule(LOG_EVERY_MS, () => {
      losses.cancel = undefined;
      if (this.#log(destination, losses)) this.#logLater(destination, losses);
    });
  }

  /** Returns whether there was something to log. */
  #log(destination: string, losses: Losses): boolean {
    const dropped = losses.unlogged;
    if (dropped === 0) return false;
    losses.unlogged = 0;
    const message = `${dropped} more deliveries of ${destination} were dropped: its lane is full`;
    this.#logger.warn(message, { destination, dropped });
    return true;
  }
}
