/** Permits are given a fair number at once: each is a frame. */
const SHARES = 8;

/** No more are asked for ahead, however many may be here. */
const AHEAD = 10_000;

/** How many messages Pulsar is asked for, where it sends what it is asked for. */
export class Permits {
  readonly #most: number;
  /** What came and was not acknowledged. Not kept without a bound. */
  readonly #here = new Set<string>();
  /** What was asked for and has not come. */
  #ahead = 0;

  /** @param most so many may be here that are not acknowledged; `Infinity` for any number */
  constructor(most: number) {
    this.#most = most;
  }

  /** How many to ask for at the beginning. */
  first(): number {
    return this.#ask();
  }

  /** A message came, perhaps once more: then it takes no more room than before. Returns how many to ask for now. */
  came(id: string): number {
    this.#ahead -= 1;
    if (this.#most !== Infinity) this.#here.add(id);
    return this.#ask();
  }

  /** One of them was acknowledged. Returns how many to ask for now. */
  acknowledged(id: string): number {
    this.#here.delete(id);
    return this.#ask();
  }

  /** A little is asked for only where nothing is on its way: nothing would come then until an eighth is free. */
  #ask(): number {
    const room = Math.min(AHEAD, this.#most - this.#here.size) - this.#ahead;
    const fair = Math.ceil(Math.min(AHEAD, this.#most) / SHARES);
    if (room <= 0 || (room < fair && this.#ahead > 0)) return 0;
    this.#ahead += room;
    return room;
  }
}
