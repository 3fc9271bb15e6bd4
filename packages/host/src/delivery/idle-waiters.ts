interface Waiter {
  readonly untilEmpty: boolean;
  readonly resolve: () => void;
}

/** Who waits until a lane is idle. */
export class IdleWaiters {
  readonly #waiters = new Set<Waiter>();

  /** Resolves when `tell` is called while the lane is idle. */
  wait(untilEmpty: boolean): Promise<void> {
    return new Promise((resolve) => this.#waiters.add({ untilEmpty, resolve }));
  }

  /** Tells those for whom the lane is idle now. */
  tell(isIdle: (untilEmpty: boolean) => boolean): void {
    for (const waiter of this.#waiters) {
      if (!isIdle(waiter.untilEmpty)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
  }
}
