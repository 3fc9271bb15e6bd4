/** Runs what has one key one after the other, and everything else side by side. */
export class KeyOrder {
  readonly #last = new Map<string, Promise<void>>();

  /** @param run must not reject */
  async run(key: string | undefined, run: () => Promise<void>): Promise<void> {
    if (key === undefined) return run();
    const before = this.#last.get(key);
    const mine = before === undefined ? run() : before.then(run);
    this.#last.set(key, mine);
    await mine;
    if (this.#last.get(key) === mine) this.#last.delete(key);
  }
}
