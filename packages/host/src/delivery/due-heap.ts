import type { StoredDelivery } from '@dest/core';

/** Deliveries by the time they are due: a binary heap, the next one on top. */
export class DueHeap {
  readonly #heap: StoredDelivery[] = [];

  get size(): number {
    return this.#heap.length;
  }

  get nextDueAt(): number | undefined {
    return this.#heap[0]?.dueAt;
  }

  push(delivery: StoredDelivery): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(delivery);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as StoredDelivery;
      if (above.dueAt <= delivery.dueAt) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = delivery;
  }

  /** Takes out the next one if it is due. */
  popDue(now: number): StoredDelivery | undefined {
    const [top] = this.#heap;
    if (top === undefined || top.dueAt > now) return undefined;
    const last = this.#heap.pop() as StoredDelivery;
    if (this.#heap.length > 0) this.#sink(last);
    return top;
  }

  /** Takes out all but those that are due first, and returns what it took out, what is due first in front. */
  keepFirst(count: number): readonly StoredDelivery[] {
    const sorted = this.#heap.toSorted((left, right) => left.dueAt - right.dueAt);
    this.#heap.length = 0;
    // What ascends is a heap.
    for (const delivery of sorted.slice(0, count)) this.#heap.push(delivery);
    return sorted.slice(count);
  }

  /** Takes out what doesn't pass. */
  filter(keep: (delivery: StoredDelivery) => boolean): void {
    const kept = this.#heap.filter(keep);
    if (kept.length === this.#heap.length) return;
    this.#heap.length = 0;
    for (const delivery of kept) this.push(delivery);
  }

  #sink(delivery: StoredDelivery): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && right.dueAt < (heap[child] as StoredDelivery).dueAt) child++;
      const below = heap[child] as StoredDelivery;
      if (below.dueAt >= delivery.dueAt) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = delivery;
  }
}
