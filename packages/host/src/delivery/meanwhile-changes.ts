import type { StoredDelivery } from '@dest/core';
import type { UnderWay } from './under-way';

/** What became of a delivery while it was under way. */
export type LaterVersion =
  | { readonly what: 'gone' }
  /** It has another envelope: what was tried is void. */
  | { readonly what: 'replaced'; readonly by: StoredDelivery }
  /** It was gone, and came again in another place: what was tried holds. */
  | { readonly what: 'moved'; readonly to: StoredDelivery };

/** What happened to deliveries while they were under way, or being read: the outbox dropped them, or has a newer version. */
export class MeanwhileChanges {
  readonly #underWay: UnderWay;
  readonly #gone = new Set<string>();
  readonly #newer = new Map<string, StoredDelivery>();
  /** In their new places. */
  readonly #moved = new Map<string, StoredDelivery>();
  #reading = false;

  constructor(underWay: UnderWay) {
    this.#underWay = underWay;
  }

  beginRead(): void {
    this.#reading = true;
  }

  /** Returns what was replaced meanwhile, and is neither gone nor under way: it may not be in what was read. */
  endRead(): readonly StoredDelivery[] {
    this.#reading = false;
    const replaced: StoredDelivery[] = [];
    for (const [id, delivery] of this.#newer) {
      if (this.#underWay.has(id)) continue;
      this.#newer.delete(id);
      if (!this.#gone.has(id)) replaced.push(delivery);
    }
    for (const id of this.#gone) if (!this.#underWay.has(id)) this.#gone.delete(id);
    return replaced;
  }

  /** Notes that one has a newer version. */
  replaced(delivery: StoredDelivery): void {
    const { id } = delivery;
    // It was read, and taken, before this was said.
    if (this.#underWay.hasVersion(delivery)) this.#newer.delete(id);
    else if (this.#reading || this.#underWay.has(id)) this.#newer.set(id, delivery);
  }

  /** Notes that the outbox dropped one. */
  dropped(id: string): void {
    this.#moved.delete(id);
    if (this.#reading || this.#underWay.has(id)) this.#gone.add(id);
  }

  /** Notes that one is there that may have been dropped before. */
  arrived(delivery: StoredDelivery): void {
    const { id } = delivery;
    if (this.#gone.delete(id) && this.#underWay.has(id)) this.#moved.set(id, delivery);
  }

  /** Notes that the outbox dropped all. */
  cleared(): void {
    this.#newer.clear();
    this.#moved.clear();
    for (const id of this.#underWay.ids) this.#gone.add(id);
  }

  /** Whether something happened to one. */
  has(id: string): boolean {
    return this.#gone.has(id) || this.#newer.has(id) || this.#moved.has(id);
  }

  /** The version to go on with of one that was read; undefined where it is gone. */
  current(delivery: StoredDelivery): StoredDelivery | undefined {
    return this.#gone.has(delivery.id) ? undefined : (this.#newer.get(delivery.id) ?? delivery);
  }

  /** Lets go of one: returns what became of it, where something did. */
  take(id: string): LaterVersion | undefined {
    const newer = this.#newer.get(id);
    const moved = this.#moved.get(id);
    this.#newer.delete(id);
    this.#moved.delete(id);
    if (this.#gone.delete(id)) return { what: 'gone' };
    if (newer !== undefined) return { what: 'replaced', by: newer };
    return moved === undefined ? undefined : { what: 'moved', to: moved };
  }
}
