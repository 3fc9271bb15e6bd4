/** How many are remembered; the oldest are forgotten first. */
const MAX_ITEMS = 10_000;

/** Which items failed lately, and whether others worked since. */
export class FailedItems {
  /** How many items had worked when this one failed last, by id. */
  readonly #workedBefore = new Map<string, number>();
  #worked = 0;

  noteFailed(ids: Iterable<string>): void {
    for (const id of ids) {
      this.#workedBefore.delete(id);
      this.#workedBefore.set(id, this.#worked);
      if (this.#workedBefore.size > MAX_ITEMS) this.#workedBefore.delete(this.#workedBefore.keys().next().value!);
    }
  }

  noteWorked(count: number): void {
    this.#worked += count;
  }

  /** True where the item failed before, and others worked after that. */
  othersWorkedSince(id: string): boolean {
    return this.#worked > (this.#workedBefore.get(id) ?? Infinity);
  }

  clear(): void {
    this.#workedBefore.clear();
  }
}
