import type { StoredDelivery } from '@dest/core';

/** Which deliveries are under way, and their keys. */
export class UnderWay {
  /** Which envelope, by id. */
  readonly #envelopes = new Map<string, number>();
  readonly #keys = new Map<string, number>();

  get size(): number {
    return this.#envelopes.size;
  }

  get ids(): Iterable<string> {
    return this.#envelopes.keys();
  }

  get keys(): ReadonlyMap<string, number> {
    return this.#keys;
  }

  has(id: string): boolean {
    return this.#envelopes.has(id);
  }

  /** Whether it is this version of a delivery. */
  hasVersion({ id, envelope }: StoredDelivery): boolean {
    return this.#envelopes.get(id) === envelope;
  }

  add({ id, key, envelope }: StoredDelivery): void {
    this.#envelopes.set(id, envelope);
    if (key !== undefined) this.#keys.set(key, (this.#keys.get(key) ?? 0) + 1);
  }

  remove({ id, key }: StoredDelivery): void {
    this.#envelopes.delete(id);
    if (key === undefined) return;
    const holders = (this.#keys.get(key) ?? 1) - 1;
    if (holders === 0) this.#keys.delete(key);
    else this.#keys.set(key, holders);
  }
}
