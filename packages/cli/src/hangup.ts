/** Tells a command that runs for long that it should read its configuration again. */
export class Hangup {
  readonly #listeners = new Set<() => void>();

  /**
   * Says that SIGHUP came.
   *
   * @returns whether the command did something about it; false where it should end, as it would without any of this
   */
  hangUp(): boolean {
    for (const listener of this.#listeners) listener();
    return this.#listeners.size > 0;
  }

  /** Promises to read the configuration again; returns what takes the promise back. */
  onHangup(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
