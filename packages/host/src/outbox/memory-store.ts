import type { AcceptedEnvelope, FailedTry, LaneIdentity, LaneSize, StoredDelivery } from '@dest/core';
import { laneKey } from './lane-key';
import { MemoryDeadLetters, type HeldDeadLetter } from './memory-dead-letters';
import { MemoryEnvelopes } from './memory-envelopes';
import { MemoryLane } from './memory-lane';

/** What is held of a delivery. */
export interface HeldDelivery {
  readonly stored: StoredDelivery;
  readonly history: readonly FailedTry[];
}

/** What a memory outbox holds: whatever waits or failed keeps its envelope. */
export class MemoryStore {
  readonly #envelopes = new MemoryEnvelopes();
  readonly #deliveries = new Map<string, HeldDelivery>();
  readonly #lanes = new Map<string, { readonly identity: LaneIdentity; readonly lane: MemoryLane }>();
  /** Most callers have one object for a lane: so its key need not be made each time. */
  readonly #laneByIdentity = new WeakMap<LaneIdentity, MemoryLane>();
  readonly #letters = new MemoryDeadLetters();
  #lastSequence = 0;
  #lastId = 0;

  get letters(): Pick<MemoryDeadLetters, 'get' | 'matching'> {
    return this.#letters;
  }

  nextSequence(): number {
    return ++this.#lastSequence;
  }

  nextId(): string {
    return String(++this.#lastId);
  }

  envelope(number: number): AcceptedEnvelope | undefined {
    return this.#envelopes.get(number);
  }

  /** Keeps an envelope while `use` gives it to deliveries, and from then on as long as something needs it. */
  withEnvelope(accepted: AcceptedEnvelope, use: (number: number) => void): void {
    const number = this.#envelopes.add(accepted);
    use(number);
    this.#envelopes.release(number);
  }

  /** Numbers of the envelopes of a person. */
  envelopesOf(profileId: string): ReadonlySet<number> {
    return this.#envelopes.ofProfile(profileId);
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
    const all = Array.from(this.#deliveries.values(), ({ stored }) => stored);
    return all.filter(({ envelope }) => envelopes.has(envelope));
  }

  add(stored: StoredDelivery, history: readonly FailedTry[] = []): void {
    this.#envelopes.hold(stored.envelope);
    this.#put(stored, history);
  }

  /** Puts another state of a delivery in the place of the one that is held. */
  replace(held: StoredDelivery, changed: StoredDelivery, history: readonly FailedTry[]): void {
    this.laneOf(held.lane).remove(held);
    this.#envelopes.hold(changed.envelope);
    this.#put(changed, history);
    this.#envelopes.release(held.envelope);
  }

  remove(stored: StoredDelivery): void {
    this.#deliveries.delete(stored.id);
    this.laneOf(stored.lane).remove(stored);
    this.#envelopes.release(stored.envelope);
  }

  addLetter(letter: Omit<HeldDeadLetter, 'id'>): void {
    this.#envelopes.hold(letter.envelope);
    this.#letters.add(letter);
  }

  removeLetter(letter: HeldDeadLetter): void {
    this.#letters.remove(letter);
    this.#envelopes.release(letter.envelope);
  }

  clear(): void {
    for (const { stored } of [...this.#deliveries.values()]) this.remove(stored);
    this.#letters.clear();
    this.#envelopes.clear();
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
