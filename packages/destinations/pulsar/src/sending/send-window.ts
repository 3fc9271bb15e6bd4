import type { PendingSend } from './pending-send';

/** How much may be on the wire at once. */
export interface WindowLimits {
  readonly maxMessages: number;
  readonly maxBytes: number;
}

/**
 * What waits to be sent and what is on the wire, both in the order in which they were handed over. A cap on the wire
 * keeps the broker from refusing what it can't hold, and keeps memory bounded.
 */
export class SendWindow<Content> {
  readonly #limits: WindowLimits;
  readonly #inFlight = new Map<number, PendingSend<Content>>();
  #waiting = new Set<PendingSend<Content>>();
  // One iterator is kept: a new one for each look would step over everything that was deleted before.
  #front = this.#waiting.values();
  #bytes = 0;

  constructor(limits: WindowLimits) {
    this.#limits = limits;
  }

  /** What is on the wire, oldest first. */
  get inFlight(): ReadonlyMap<number, PendingSend<Content>> {
    return this.#inFlight;
  }

  add(pending: PendingSend<Content>): void {
    this.#waiting.add(pending);
  }

  /** Whether `take` gives something. */
  canTake(maxMessages: number = this.#limits.maxMessages): boolean {
    return this.#waiting.size > 0 && this.#inFlight.size < maxMessages && this.#bytes < this.#limits.maxBytes;
  }

  /**
   * The next to put on the wire, now counted as there; undefined where nothing waits or the cap is reached.
   * @param maxMessages a lower cap, for once
   */
  take(maxMessages: number = this.#limits.maxMessages): PendingSend<Content> | undefined {
    if (!this.canTake(maxMessages)) return undefined;
    const pending = this.#next();
    if (pending === undefined) return undefined;
    this.#waiting.delete(pending);
    this.#inFlight.set(pending.id, pending);
    this.#bytes += pending.size;
    return pending;
  }

  /** Takes something off the wire. Undefined where it isn't there. */
  remove(id: number): PendingSend<Content> | undefined {
    const pending = this.#inFlight.get(id);
    if (pending === undefined) return undefined;
    this.#inFlight.delete(id);
    this.#bytes -= pending.size;
    return pending;
  }

  /** Forgets something that has not been put on the wire. */
  withdraw(pending: PendingSend<Content>): void {
    this.#waiting.delete(pending);
  }

  /**
   * The wire is gone: what was on it waits again, before everything else.
   * @param all also what nobody waits for any more
   */
  requeue(all = false): void {
    const again = [...this.#inFlight.values()].filter((pending) => all || !pending.settled);
    this.#waiting = new Set([...again, ...this.#waiting]);
    this.#front = this.#waiting.values();
    this.#inFlight.clear();
    this.#bytes = 0;
  }

  /** Everything, oldest first; nothing is left. */
  clear(): readonly PendingSend<Content>[] {
    this.requeue();
    const all = [...this.#waiting];
    this.#waiting.clear();
    return all;
  }

  #next(): PendingSend<Content> | undefined {
    const next = this.#front.next();
    if (!next.done) return next.value;
    this.#front = this.#waiting.values();
    const again = this.#front.next();
    return again.done ? undefined : again.value;
  }
}
