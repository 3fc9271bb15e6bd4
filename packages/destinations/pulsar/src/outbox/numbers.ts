/** So many can be given in one millisecond; those above are of the next. */
const PER_MILLISECOND = 1_024;

/**
 * Numbers that rise from one to the next, also from a process to the one after it, since they have the time in them: so no
 * process needs to know of another. Below 2^53 for two hundred years.
 */
export class Numbers {
  #last = 0;

  /** @param count how many in a row; the first one is returned */
  next(count = 1): number {
    const first = Math.max(this.#last + 1, Date.now() * PER_MILLISECOND);
    this.#last = first + count - 1;
    return first;
  }

  /** When a number was given, in milliseconds since the epoch. */
  static timeOf(number: number): number {
    return number / PER_MILLISECOND;
  }

  /** Says that a number was given, here or elsewhere: what is given later is above it. */
  see(number: number): void {
    this.#last = Math.max(this.#last, number);
  }
}
