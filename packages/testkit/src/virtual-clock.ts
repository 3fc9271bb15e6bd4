import type { Clock } from '@dest/core';

interface Scheduled {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that stands still until it is told to go on. */
export class VirtualClock implements Clock {
  readonly #scheduled = new Set<Scheduled>();
  #now: number;
  #monotonic = 0;

  /** @param now - where it starts, in milliseconds since the epoch */
  constructor(now = Date.UTC(2030, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    const scheduled = { at: this.#monotonic + Math.max(0, delayMs), callback };
    this.#scheduled.add(scheduled);
    return () => this.#scheduled.delete(scheduled);
  }

  /** Lets time pass, in milliseconds, and calls what is due by then, in order. */
  advance(ms: number): void {
    const until = this.#monotonic + ms;
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#scheduled.delete(next);
      this.#pass(Math.max(0, next.at - this.#monotonic));
      next.callback();
    }
    this.#pass(until - this.#monotonic);
  }

  /** Sets the wall clock, also back. No time passes by it: nothing becomes due. */
  set(now: number): void {
    this.#now = now;
  }

  #pass(ms: number): void {
    this.#now += ms;
    this.#monotonic += ms;
  }

  #next(until: number): Scheduled | undefined {
    let next: Scheduled | undefined;
    for (const scheduled of this.#scheduled) {
      if (scheduled.at <= until && (next === undefined || scheduled.at < next.at)) next = scheduled;
    }
    return next;
  }
}
