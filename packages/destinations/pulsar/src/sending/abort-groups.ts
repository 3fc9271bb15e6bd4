/** Lets many waits end with one signal: one listener for each signal, however many wait. */
export class AbortGroups<Waiting> {
  readonly #groups = new Map<AbortSignal, { readonly waiting: Set<Waiting>; readonly listener: () => void }>();
  readonly #onAbort: (waiting: Waiting, reason: unknown) => void;

  constructor(onAbort: (waiting: Waiting, reason: unknown) => void) {
    this.#onAbort = onAbort;
  }

  add(signal: AbortSignal, waiting: Waiting): void {
    let group = this.#groups.get(signal);
    if (group === undefined) {
      group = { waiting: new Set(), listener: () => this.#abort(signal) };
      signal.addEventListener('abort', group.listener, { once: true });
      this.#groups.set(signal, group);
    }
    group.waiting.add(waiting);
  }

  delete(signal: AbortSignal, waiting: Waiting): void {
    const group = this.#groups.get(signal);
    if (group === undefined) return;
    group.waiting.delete(waiting);
    if (group.waiting.size > 0) return;
    signal.removeEventListener('abort', group.listener);
    this.#groups.delete(signal);
  }

  #abort(signal: AbortSignal): void {
    const group = this.#groups.get(signal);
    this.#groups.delete(signal);
    for (const waiting of group?.waiting ?? []) this.#onAbort(waiting, signal.reason);
  }
}
