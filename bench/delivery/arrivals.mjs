// Which numbered envelopes arrived, a bit each: what is counted is all of them, and the measure doesn't grow by itself.
export class Arrivals {
  #bits;

  /** @param {number} most - numbers are less */
  constructor(most) {
    this.#bits = new Uint8Array(Math.ceil(most / 8));
  }

  /** Notes one; a second time makes no difference. */
  add(number) {
    this.#bits[number >> 3] |= 1 << (number & 7);
  }

  has(number) {
    return (this.#bits[number >> 3] & (1 << (number & 7))) !== 0;
  }

  /** Those below `count` that didn't arrive, ascending. */
  missing(count) {
    const numbers = [];
    for (let number = 0; number < count; number++) if (!this.has(number)) numbers.push(number);
    return numbers;
  }
}
