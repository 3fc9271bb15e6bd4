import type { FailedTry, LaneIdentity, LaneSize, StoredDelivery } from '../ports/outbox';
import { laneKey } from './lane-key';
import { MemoryEnvelopes } from './memory-envelopes';
import { MemoryLane } from './memory-lane';

/** What is held of a delivery. */
export interface HeldDelivery {
  readonly stored: StoredDelivery;
  readonly history: readonly FailedTry[];
}

/** Deliveries in memory, in their lanes, with their envelopes: each is kept as long as something holds it. */
export class MemoryStore {
  readonly envelopes = new MemoryEnvelopes();
  readonly #deliveries = new Map<string, HeldDelivery>();
  readonly #lanes = new Map<string, { readonly identity: LaneIdentity; readonly lane: MemoryLane }>();
  /** Most callers have one object for a lane: so its key need not be made each time. */
  readonly #laneByIdentity = new WeakMap<LaneIdentity, MemoryLane>();

  /** How many deliveries there are. */
  get size(): number {
    return this.#deliveries.size;
  }

  laneOf(identity: LaneIdentity): MemoryLane {
    let lane = this.#laneByIdentity.get(identity);
    if (lane === undefined) this.#laneByIdentity.set(identity, (lane = this.#findOrMakeLane(identity)));
    return lane;
  }

  /** Those that hold something. */
  lanes(): readonly { readonly lane: LaneIdentity; readonly size: LaneSize }[] {
    return [...this.#lanes.values()]
      .map(({ identity, lane }) => ({ lane: identity, size: lane.size() }))
      .filter(({ size }) => size.waiting > 0);
  }

  delivery(id: string): HeldDelivery | undefined {
    return this.#deliveries.get(id);
  }

  deliveriesOf(envelopes: ReadonlySet<number>): readonly StoredDelivery[] {
    return this.deliveries().filter(({ envelope }) => envelopes.has(envelope));
  }

  deliveries(): readonly StoredDelivery[] {
    return Array.from(this.#deliveries.values(), ({ stored }) => stored);
  }

  add(stored: StoredDelivery, history: readonly FailedTry[] = []): void {
    this.envelopes.hold(stored.envelope);
    this.#put(stored, history);
  }

  /** Puts another state of a delivery in the place of the one that is held. */
  replace(held: StoredDelivery, changed: StoredDelivery, history: readonly FailedTry[]): void {
    this.laneOf(held.lane).remove(held);
    this.envelopes.hold(changed.envelope);
    this.#put(changed, history);
    this.envelopes.release(held.envelope);
  }

  remove(stored: StoredDelivery): void {
    this.#deliveries.delete(stored.id);
    this.laneOf(stored.lane).remove(stored);
    this.envelopes.release(stored.envelope);
  }

  clear(): void {
    for (const stored of this.deliveries()) this.remove(stored);
    this.envelopes.clear();
  }

  #put(stored: StoredDelivery, history: readonly FailedTry[]): void {
    this.#deliveries.set(stored.id, { stored, history });
    this.laneOf(stored.lane).add(stored);
  }

  #findOrMakeLane(identity: LaneIdentity): MemoryLane {
    const key = laneKey(identity);
    let known = this.#lanes.get(key);
    if (known === undefined) this.#lanes.set(key, (known = { identity, lane: new MemoryLane() }));
    return known.lane;
  }
}
