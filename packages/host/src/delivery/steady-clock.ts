import type { Clock } from '@dest/core';

/**
 * A clock for waits and deadlines: it begins at the wall time of its construction, and goes on evenly when the wall clock
 * is set. Its times are whole milliseconds, and mean nothing to another process: what is stored is wall time.
 *
 * A clock without `monotonic` is followed where it goes forward; where it goes back, this one stands still.
 */
export class SteadyClock implements Clock {
  readonly #clock: Clock;
  readonly #origin: number;
  #elapsed = 0;
  #lastReading: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#origin = clock.now();
    this.#lastReading = this.#read();
  }

  /** Steady time: never goes back. */
  now(): number {
    const reading = this.#read();
    this.#elapsed += Math.max(0, reading - this.#lastReading);
    this.#lastReading = reading;
    return this.#origin + Math.floor(this.#elapsed);
  }

  schedule(delayMs: number, callback: () => void): () => void {
    return this.#clock.schedule(delayMs, callback);
  }

  /**
   * The steady time of a wall time that something is put off to: what remains of the wait by the wall clock, but never
   * more than the whole of it, however far the wall clock was set back. What is past is due now.
   *
   * @param dueAt - wall time
   * @param scheduledAt - wall time at which `dueAt` was decided
   */
  toSteady(dueAt: number, scheduledAt: number): number {
    return this.now() + Math.max(0, Math.min(dueAt - this.#clock.now(), dueAt - scheduledAt));
  }

  /** The wall time of a steady time, by the wall clock as it is set now. */
  toWall(steady: number): number {
    return this.#clock.now() + (steady - this.now());
  }

  /**
   * The steady time at which something began that has this wall time. Its age is what the wall clock says, or what it would
   * say if it had not been set meanwhile, whichever is less: nothing becomes too old by a clock that is set. What seems to be
   * in the future by both begins now.
   */
  sinceWall(wallTime: number): number {
    const now = this.now();
    const ages = [this.#clock.now() - wallTime, now - wallTime].filter((age) => age >= 0);
    return now - Math.min(...ages, ages.length === 0 ? 0 : Infinity);
  }

  #read(): number {
    return this.#clock.monotonic?.() ?? this.#clock.now();
  }
}
