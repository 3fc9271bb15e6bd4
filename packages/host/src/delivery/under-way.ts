import type { StoredDelivery } from '@dest/core';
import { Tally } from './tally';

/** Which deliveries are under way, and their keys. */
export class UnderWay {
  /** Which envelope, by id. */
  readonly #envelopes = new Map<string, number>();
  readonly #keys = new Tally();

  get size(): number {
    return this.#envelopes.size;
  }

  get ids(): Iterable<string> {
    return this.#envelopes.keys();
  }

  get keys(): { has(key: string): boolean } {
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
    if (key !== undefined) this.#keys.add(key);
  }

  remove({ id, key }: StoredDelivery): void {
    this.#envelopes.delete(id);
    if (key !== undefined) this.#keys.remove(key);
  }
}
