/** Remembers ids for a while. */
export class RecentIds {
  /** Id to the time it was added, in the order of adding. */
  readonly #added = new Map<string, number>();
  readonly #windowMs: number;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** Adds an id; false where it is remembered already. */
  add(id: string, now: number): boolean {
    for (const [old, addedAt] of this.#added) {
      if (now - addedAt < this.#windowMs) break;
      this.#added.delete(old);
    }
    if (this.#added.has(id)) return false;
    this.#added.set(id, now);
    return true;
  }
}
