interface Remembered {
  readonly addedAt: number;
  /** Destinations whose lane refused their copy. */
  owed: ReadonlySet<string>;
}

/** However many come within the window: the oldest is forgotten before the memory is full. */
const MAX_REMEMBERED = 1_000_000;

const NOTHING: ReadonlySet<string> = new Set();

/** Remembers the ids of envelopes for a while, and which of their copies were refused. */
export class RecentIds {
  /** In the order of adding. */
  readonly #remembered = new Map<string, Remembered>();
  readonly #windowMs: number;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /**
   * Remembers an id.
   *
   * @returns undefined where it was not known; else the destinations that still want a copy, most of the time none
   */
  add(id: string, now: number): ReadonlySet<string> | undefined {
    for (const [old, { addedAt }] of this.#remembered) {
      if (now - addedAt < this.#windowMs && this.#remembered.size < MAX_REMEMBERED) break;
      this.#remembered.delete(old);
    }
    const known = this.#remembered.get(id);
    if (known === undefined) this.#remembered.set(id, { addedAt: now, owed: NOTHING });
    return known?.owed;
  }

  /** Notes which copies of a remembered envelope were refused. */
  owe(id: string, destinations: readonly string[]): void {
    const known = this.#remembered.get(id);
    if (known !== undefined) known.owed = destinations.length === 0 ? NOTHING : new Set(destinations);
  }
}
