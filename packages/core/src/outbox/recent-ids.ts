interface Remembered {
  readonly id: string;
  readonly addedAt: number;
  /** Destinations whose lane refused their copy. */
  owed: ReadonlySet<string>;
}

/** However many come within the window: the oldest is forgotten before the memory is full. */
export const MAX_REMEMBERED = 1_000_000;

/** Remembers the ids of envelopes for a while, and which of their copies were refused. */
export class RecentIds {
  readonly #remembered = new Map<string, Remembered>();
  readonly #windowMs: number;
  /** In the order of adding: a Map with deleted members at its front is slow to iterate. */
  #queue: Remembered[] = [];
  #head = 0;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /**
   * Looks an id up.
   *
   * @returns undefined where it is not known; else the destinations that still want a copy, most of the time none
   */
  owed(id: string, now: number): ReadonlySet<string> | undefined {
    const known = this.#remembered.get(id);
    return known === undefined || this.#isOver(known, now) ? undefined : known.owed;
  }

  /**
   * Remembers an id, from when it came first.
   *
   * @param owed - destinations that still want a copy
   */
  remember(id: string, owed: ReadonlySet<string>, now: number): void {
    const known = this.#remembered.get(id);
    if (known !== undefined && !this.#isOver(known, now)) {
      known.owed = owed;
      return;
    }
    const added = { id, addedAt: now, owed };
    this.#remembered.set(id, added);
    this.#queue.push(added);
    this.#forgetOld(now);
  }

  clear(): void {
    this.#remembered.clear();
    this.#queue = [];
    this.#head = 0;
  }

  #forgetOld(now: number): void {
    let oldest = this.#queue[this.#head];
    while (oldest !== undefined && (this.#isOver(oldest, now) || this.#remembered.size > MAX_REMEMBERED)) {
      if (this.#remembered.get(oldest.id) === oldest) this.#remembered.delete(oldest.id);
      oldest = this.#queue[++this.#head];
    }
    if (this.#head > 1_000 && this.#head * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
  }

  #isOver({ addedAt }: Remembered, now: number): boolean {
    return now - addedAt >= this.#windowMs;
  }
}
