/** The signals that end a command. */
export type InterruptSignal = 'SIGINT' | 'SIGTERM';

/** Tells a command that it should come to an end. */
export class Interruption {
  readonly #listeners = new Set<() => void>();
  readonly #observers = new Set<() => void>();
  readonly #forcedListeners = new Set<(signal: InterruptSignal) => void>();
  #signal: InterruptSignal | undefined;

  /** The signal that came, if one did. */
  get signal(): InterruptSignal | undefined {
    return this.#signal;
  }

  /**
   * Says that a signal came.
   *
   * @returns whether the command ends by itself; false where it doesn't, and on a second signal
   */
  interrupt(signal: InterruptSignal): boolean {
    if (this.#signal !== undefined) {
      for (const listener of this.#forcedListeners) listener(signal);
      return false;
    }
    if (this.#listeners.size === 0) return false;
    this.#signal = signal;
    for (const listener of [...this.#listeners, ...this.#observers]) listener();
    return true;
  }

  /** Promises to end the command in good order when a signal comes; returns what takes the promise back. */
  onInterrupt(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Is told of a second signal, just before the process ends; returns what takes that back. */
  onForce(listener: (signal: InterruptSignal) => void): () => void {
    this.#forcedListeners.add(listener);
    return () => this.#forcedListeners.delete(listener);
  }

  /** Is told when a signal comes that the command ends by, at once where it came; promises nothing. Returns what ends that. */
  whenSignalled(observer: () => void): () => void {
    if (this.#signal === undefined) this.#observers.add(observer);
    else observer();
    return () => this.#observers.delete(observer);
  }
}
