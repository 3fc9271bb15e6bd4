import { PendingSend } from './pending-send';
import type { SendBatch } from './send-batch';

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
  /** Whether what was on a wire that is gone goes again even where nobody waits for it any more. */
  readonly #repeatsAll: boolean;
  readonly #inFlight = new Map<number, PendingSend<Content>>();
  /** What was on a wire that is gone, and was not sent again yet. */
  #again: PendingSend<Content>[] = [];
  /** Batches of which some were never on a wire. */
  readonly #waiting = new Set<SendBatch<Content>>();
  // One iterator is kept: a new one for each look would step over everything that was deleted before.
  #front = this.#waiting.values();
  #current: SendBatch<Content> | undefined;
  #bytes = 0;

  constructor(limits: WindowLimits, { repeatsAll = false }: { readonly repeatsAll?: boolean } = {}) {
    this.#limits = limits;
    this.#repeatsAll = repeatsAll;
  }

  /** What is on the wire, oldest first. */
  get inFlight(): ReadonlyMap<number, PendingSend<Content>> {
    return this.#inFlight;
  }

  /** Takes on those of a batch that have not ended already. */
  add(batch: SendBatch<Content>): void {
    if (batch.hasNext) this.#waiting.add(batch);
  }

  /** Whether `take` gives something. */
  canTake(maxMessages: number = this.#limits.maxMessages): boolean {
    const isAnyThere = this.#again.length > 0 || this.#waiting.size > 0;
    return isAnyThere && this.#inFlight.size < maxMessages && this.#bytes < this.#limits.maxBytes;
  }

  /**
   * The next to put on the wire, now counted as there; undefined where nothing waits or the cap is reached.
   * @param maxMessages a lower cap, for once
   */
  take(maxMessages: number = this.#limits.maxMessages): PendingSend<Content> | undefined {
    if (!this.canTake(maxMessages)) return undefined;
    const pending = this.#again.pop() ?? this.#takeWaiting();
    if (pending !== undefined) this.#inFlight.set(pending.id, pending);
    return pending;
  }

  /** Says how many bytes something on the wire takes there. */
  weigh(pending: PendingSend<Content>, size: number): void {
    pending.size = size;
    this.#bytes += size;
  }

  /** Takes something off the wire. Undefined where it isn't there. */
  remove(id: number): PendingSend<Content> | undefined {
    const pending = this.#inFlight.get(id);
    if (pending === undefined) return undefined;
    this.#inFlight.delete(id);
    this.#bytes -= pending.size;
    return pending;
  }

  /** Nobody waits for a batch any more: what was never on the wire doesn't go there. Its messages are still to be failed. */
  withdraw(batch: SendBatch<Content>): void {
    this.#waiting.delete(batch);
    if (this.#current === batch) this.#current = undefined;
    if (!this.#repeatsAll) this.#again = this.#again.filter((pending) => pending.batch !== batch);
  }

  /** The wire is gone: what was on it waits again, before everything else. */
  requeue(): void {
    const again = [...this.#inFlight.values()].filter((pending) => this.#repeatsAll || !pending.settled);
    // The last one is taken first.
    this.#again.push(...again.toReversed());
    this.#inFlight.clear();
    this.#bytes = 0;
  }

  /** Everything of which something has not ended; nothing is left. */
  clear(): ReadonlySet<SendBatch<Content>> {
    this.requeue();
    const batches = new Set([...this.#again.toReversed().map(({ batch }) => batch), ...this.#waiting]);
    this.#again = [];
    this.#waiting.clear();
    this.#current = undefined;
    return batches;
  }

  #takeWaiting(): PendingSend<Content> | undefined {
    const batch = (this.#current ??= this.#next());
    const position = batch?.takeNext();
    if (batch === undefined || position === undefined) return undefined;
    if (!batch.hasNext) {
      this.#waiting.delete(batch);
      this.#current = undefined;
    }
    return new PendingSend(batch, position);
  }

  #next(): SendBatch<Content> | undefined {
    const next = this.#front.next();
    if (!next.done) return next.value;
    this.#front = this.#waiting.values();
    const again = this.#front.next();
    return again.done ? undefined : again.value;
  }
}
