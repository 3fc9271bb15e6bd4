import { backoffDelay, type Backoff } from '../sending/backoff';

interface Waiter {
  readonly isWanted: () => boolean;
  readonly resolve: (isThrough: boolean) => void;
}

/**
 * Holds back what would fail again: open until something fails, then closed for a while that grows, then open for one at
 * a time, until that works.
 */
export class Gate {
  readonly #backoff: Backoff;
  readonly #waiters = new Set<Waiter>();
  #isOpen = true;
  #attempt = 0;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(backoff: Backoff) {
    this.#backoff = backoff;
  }

  /**
   * Resolves to true when it may be tried, to false when it is no longer wanted, or all is over. Who was let through says
   * how that went.
   */
  async pass(isWanted: () => boolean): Promise<boolean> {
    if (this.#isOver || !isWanted()) return false;
    if (this.#isOpen) return true;
    return new Promise((resolve) => this.#waiters.add({ isWanted, resolve }));
  }

  worked(): void {
    this.#attempt = 0;
    if (this.#isOpen) return;
    this.#isOpen = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const waiter of this.#waiters) this.#release(waiter, true);
  }

  /** @param retryAfterMs how long it should be left alone at least */
  failed(retryAfterMs = 0): void {
    this.#isOpen = false;
    if (this.#timer !== undefined || this.#isOver) return;
    const delayMs = Math.max(backoffDelay(this.#attempt++, this.#backoff, Math.random()), retryAfterMs);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#letOneThrough();
    }, delayMs);
  }

  /** Lets go of what is no longer wanted. */
  sweep(): void {
    for (const waiter of this.#waiters) if (!waiter.isWanted()) this.#release(waiter, false);
  }

  /** Lets everything go. */
  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    for (const waiter of this.#waiters) this.#release(waiter, false);
  }

  #letOneThrough(): void {
    this.sweep();
    const [first] = this.#waiters;
    // Nobody is left who could find out: the next one to come is let through.
    if (first === undefined) this.#isOpen = true;
    else this.#release(first, true);
  }

  #release(waiter: Waiter, isThrough: boolean): void {
    this.#waiters.delete(waiter);
    waiter.resolve(isThrough);
  }
}
