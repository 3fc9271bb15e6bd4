import type { StoredDelivery } from '@dest/core';
import type { SteadyClock } from './steady-clock';

/** Less than this between the steady clock and the wall's is not worth a copy of what was read. */
const CLOCKS_AGREE_MS = 1_000;

/** Gives what was read the times of the steady clock; what was put off is due at once where it was released since. */
export class SteadyTimes {
  readonly #clock: SteadyClock;
  /** What was put off until then is due: by the steady clock, and by the wall's. */
  #released = { steady: -Infinity, wall: -Infinity };

  constructor(clock: SteadyClock) {
    this.#clock = clock;
  }

  /** Makes everything due that was put off until now. */
  release(): void {
    const steady = this.#clock.now();
    this.#released = { steady, wall: this.#clock.toWall(steady) };
  }

  /** Whether what was put off at that steady time was released since. */
  isReleased(putOffAt: number): boolean {
    return putOffAt <= this.#released.steady;
  }

  /** When what was read is due; 0 for at once. */
  dueAt({ dueAt, scheduledAt }: StoredDelivery): number {
    const isDue = dueAt === 0 || scheduledAt <= this.#released.wall;
    return isDue ? 0 : this.#clock.toSteady(dueAt, scheduledAt);
  }

  of(delivery: StoredDelivery): StoredDelivery {
    const since = this.#clock.sinceWall(delivery.waitingSince);
    if (delivery.dueAt === 0 && Math.abs(since - delivery.waitingSince) < CLOCKS_AGREE_MS) return delivery;
    return { ...delivery, waitingSince: since, dueAt: this.dueAt(delivery) };
  }
}
