/** Chance that can be repeated. */
export class SeededRandom {
  #state: number;

  /** @param seed - a whole number */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Uniform in [0, 1): mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of a list, by weight. */
  pick<Value>(weighted: readonly (readonly [value: Value, weight: number])[]): Value {
    let rest = this.next() * weighted.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [value, weight] of weighted) if ((rest -= weight) < 0) return value;
    return weighted.at(-1)![0];
  }
}

/** The seed that the environment names, else one of chance. */
export function seedOf(variable: string): number {
  const given = process.env[variable];
  return given === undefined || given === '' ? Math.floor(Math.random() * 0xffff_ffff) : Number(given);
}
