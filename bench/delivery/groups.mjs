// How many callers the end of one commit wakes: those that wake in the same turn of the event loop.
import { setImmediate } from 'node:timers';

export class Groups {
  #count = 0;
  #members = 0;
  #open = false;

  /** Says that a caller woke. */
  woke() {
    this.#members++;
    if (this.#open) return;
    this.#open = true;
    this.#count++;
    setImmediate(() => (this.#open = false));
  }

  /** Members of a group on average, a whole number of at least one. */
  get size() {
    return Math.max(1, Math.round(this.#members / Math.max(1, this.#count)));
  }
}
