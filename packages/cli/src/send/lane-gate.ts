import type { Clock } from '@dest/core';
import type { Host, LaneStatus } from '@dest/host';
import type { DeliveryTally } from './delivery-tally';

/** More than this waiting in one lane, and reading stops; at half of it, it goes on. */
export const HIGH_WATER = 4_000;
/** A lane in which nothing was settled for so long is not waited for. */
const STALLED_AFTER_MS = 5_000;
/** How long the finding that a lane isn't worth waiting for holds. */
const RECHECK_MS = 250;

export interface LaneGateOptions {
  readonly lanes: Host['lanes'];
  readonly tally: DeliveryTally;
  readonly clock: Clock;
}

interface Watched {
  settled: number;
  /** When `settled` rose last, or when watching began. */
  since: number;
}

/**
 * Holds the reading back while lanes that make progress are full, so that memory stays bounded. One that is paused,
 * unavailable or stuck never holds it back: the limit of its own lane does.
 */
export class LaneGate {
  readonly #options: LaneGateOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #ignoredUntil = new Map<string, number>();
  #wake: () => void = () => undefined;
  #isOpen = false;

  constructor(options: LaneGateOptions) {
    this.#options = options;
  }

  /** Resolves when more may be taken in: at once, most of the time. */
  async pass(): Promise<void> {
    if (this.#fullest(HIGH_WATER).length === 0) return;
    while (!this.#isOpen) {
      const crowded = this.#fullest(HIGH_WATER / 2);
      if (crowded.length === 0) return;
      const statuses = await this.#options.lanes();
      const blocking = statuses.filter(
        (status) => status.state !== 'orphaned' && crowded.includes(status.destination) && this.#isBlocking(status),
      );
      if (blocking.length === 0) return;
      await this.#somethingHappens();
    }
  }

  /** Says that a delivery was settled. */
  settled(): void {
    this.#wake();
  }

  /** Lets everything through from now on. */
  open(): void {
    this.#isOpen = true;
    this.#wake();
  }

  /** The destinations with more open deliveries than `limit` that may be worth waiting for. */
  #fullest(limit: number): string[] {
    const crowded: string[] = [];
    for (const [destination, { open }] of this.#options.tally.entries()) {
      if (open <= limit) continue;
      if ((this.#ignoredUntil.get(destination) ?? 0) > this.#options.clock.now()) continue;
      crowded.push(destination);
    }
    return crowded;
  }

  #isBlocking({ destination, state, waiting }: LaneStatus): boolean {
    const { tally, clock } = this.#options;
    const now = clock.now();
    const { delivered, failed } = tally.of(destination);
    const settled = delivered + failed;
    const watched = this.#watched.get(destination);
    if (watched?.settled !== settled) this.#watched.set(destination, { settled, since: now });
    const stuck = watched?.settled === settled && now - watched.since >= STALLED_AFTER_MS;
    const moving = (state === 'ready' || state === 'backing-off') && !stuck;
    if (moving && waiting > HIGH_WATER / 2) return true;
    this.#ignoredUntil.set(destination, now + RECHECK_MS);
    return false;
  }

  #somethingHappens(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.schedule(RECHECK_MS, resolve);
      this.#wake = () => {
        this.#wake = () => undefined;
        cancel();
        resolve();
      };
    });
  }
}
