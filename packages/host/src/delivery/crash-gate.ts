/**
 * Lets one delivery through at a time, in the whole host, of those that were in flight when the process crashed: should it
 * crash again, it is known by which.
 */
export class CrashGate {
  #taken = false;
  readonly #waiters = new Set<() => void>();

  get isTaken(): boolean {
    return this.#taken;
  }

  take(): void {
    this.#taken = true;
  }

  leave(): void {
    this.#taken = false;
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const wake of waiters) wake();
  }

  /** Calls `wake` once when the gate is left, however often it was handed in. */
  whenLeft(wake: () => void): void {
    this.#waiters.add(wake);
  }
}
