/** Permits are given a fair number at once: each is a frame. */
const SHARES = 8;

/** Without a bound, so many are asked for ahead. */
const AHEAD = 10_000;

/** How many messages Pulsar is asked for, where it sends what it is asked for. */
export class Permits {
  readonly #most: number;
  /** What came and was not acknowledged. */
  readonly #here = new Set<string>();
  #spent = 0;

  /** @param most so many may be here that are not acknowledged; `Infinity` for any number */
  constructor(most: number) {
    this.#most = most;
  }

  /** How many to ask for at the beginning. */
  first(): number {
    return Math.min(this.#most, AHEAD);
  }

  /** A message came. Returns how many to ask for now. */
  came(id: string): number {
    if (this.#most > AHEAD) return this.#spend();
    // It came before, and takes no more room than then.
    if (this.#here.has(id)) return this.#spend();
    this.#here.add(id);
    return 0;
  }

  /** One of them was acknowledged. Returns how many to ask for now. */
  acknowledged(id: string): number {
    return this.#here.delete(id) ? this.#spend() : 0;
  }

  #spend(): number {
    this.#spent += 1;
    if (this.#spent < Math.ceil(this.first() / SHARES)) return 0;
    const count = this.#spent;
    this.#spent = 0;
    return count;
  }
}
