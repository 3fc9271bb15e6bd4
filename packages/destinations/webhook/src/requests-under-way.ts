/** A request that is under way and can be given up. */
export interface RequestUnderWay {
  giveUp(reason: Error): void;
}

/**
 * Requests that can be given up together: all of them, or those that began under one signal. A signal is listened to once,
 * however many requests it has.
 */
export class RequestsUnderWay {
  readonly #all = new Set<RequestUnderWay>();
  readonly #bySignal = new WeakMap<AbortSignal, Map<RequestUnderWay, () => Error>>();

  /**
   * Adds a request; returns what takes it out again.
   *
   * @param reasonOf - what it is given up with where `signal` is aborted
   */
  add(request: RequestUnderWay, signal: AbortSignal, reasonOf: () => Error): () => void {
    this.#all.add(request);
    if (signal.aborted) request.giveUp(reasonOf());
    const others = this.#bySignal.get(signal) ?? this.#listen(signal);
    others.set(request, reasonOf);
    return () => {
      this.#all.delete(request);
      others.delete(request);
    };
  }

  /** Gives up all of them. */
  giveUpAll(reason: Error): void {
    for (const request of this.#all) request.giveUp(reason);
  }

  #listen(signal: AbortSignal): Map<RequestUnderWay, () => Error> {
    const requests = new Map<RequestUnderWay, () => Error>();
    this.#bySignal.set(signal, requests);
    const giveUpThese = (): void => {
      for (const [request, reasonOf] of requests) request.giveUp(reasonOf());
    };
    signal.addEventListener('abort', giveUpThese, { once: true });
    return requests;
  }
}
