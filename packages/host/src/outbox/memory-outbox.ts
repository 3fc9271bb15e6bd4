import type {
  AcceptedEnvelope,
  AppendReceipt,
  Clock,
  DeadLetter,
  DeadLetterFilter,
  ForgetReceipt,
  LaneIdentity,
  LaneSize,
  LoadedDeadLetter,
  NewDelivery,
  Outbox,
  OutboxReport,
  ReadOptions,
  ReplayReceipt,
  Settlement,
  StoredDelivery,
} from '@dest/core';
import {
  afterRetry,
  deadLetterOf,
  freshDelivery,
  isFailed,
  isRetry,
  laneKey,
  MemoryStore,
  needProfileId,
  placeCopy,
  RecentIds,
  stillOwed,
  type HeldDelivery,
  type OpenReceipt,
} from '@dest/core/outbox';
import { MemoryDeadLetters, type HeldDeadLetter } from './memory-dead-letters';

export interface MemoryOutboxOptions {
  readonly clock: Clock;
  /** How long an envelope's id is remembered, in milliseconds. */
  readonly dedupeWindowMs: number;
}

/** Keeps everything in memory, also all dead letters: what it holds is gone with the process. */
export class MemoryOutbox implements Outbox {
  readonly #clock: Clock;
  readonly #recent: RecentIds;
  readonly #store = new MemoryStore();
  readonly #letters = new MemoryDeadLetters();
  #lastEnvelope = 0;
  #lastSequence = 0;
  #lastId = 0;

  constructor(options: MemoryOutboxOptions) {
    this.#clock = options.clock;
    this.#recent = new RecentIds(options.dedupeWindowMs);
  }

  async open(): Promise<OutboxReport> {
    return { quarantined: 0, warnings: [] };
  }

  async append(accepted: AcceptedEnvelope, deliveries: readonly NewDelivery[]): Promise<AppendReceipt> {
    const now = this.#clock.now();
    const { id, acceptedAt } = accepted;
    const owed = this.#recent.owed(id, now);
    const wanted = owed === undefined ? deliveries : deliveries.filter(({ lane }) => owed.has(lane.destination));
    const receipt: OpenReceipt = { deliveries: [], refused: [], dropped: [], coalesced: [] };
    if (owed !== undefined && wanted.length === 0) return { duplicate: true, ...receipt };
    // Throws where it isn't plain JSON, before anything is kept.
    const bytes = Buffer.byteLength(accepted.json ?? JSON.stringify(accepted.envelope));
    const number = ++this.#lastEnvelope;
    this.#store.envelopes.with(number, accepted, () => {
      for (const copy of wanted) {
        const fresh = { id: this.#nextId(), sequence: this.#nextSequence() };
        placeCopy(this.#store, copy, { number, bytes, acceptedAt, ...fresh }, receipt);
      }
    });
    this.#recent.remember(id, stillOwed(owed, receipt), now);
    return { duplicate: false, ...receipt };
  }

  async read(lane: LaneIdentity, options: ReadOptions): Promise<readonly StoredDelivery[]> {
    return this.#store.laneOf(lane).read(options);
  }

  async readRetries(lane: LaneIdentity, limit: number): Promise<readonly StoredDelivery[]> {
    return this.#store.laneOf(lane).retries(limit);
  }

  async readReplays(lane: LaneIdentity, limit: number): Promise<readonly StoredDelivery[]> {
    return this.#store.laneOf(lane).replays(limit);
  }

  async load(deliveries: readonly StoredDelivery[]): Promise<readonly (AcceptedEnvelope | undefined)[]> {
    return deliveries.map(({ envelope }) => this.#store.envelopes.get(envelope));
  }

  /** Does nothing: what is in memory doesn't survive a crash. */
  started(_deliveries: readonly StoredDelivery[]): void {}

  async settle(settlements: readonly Settlement[]): Promise<void> {
    for (const settlement of settlements) {
      const held = this.#store.delivery(settlement.delivery.id);
      if (held !== undefined && held.stored.envelope === settlement.delivery.envelope)
        this.#settleOne(held, settlement);
    }
  }

  async size(lane: LaneIdentity): Promise<LaneSize> {
    return this.#store.laneOf(lane).size();
  }

  async lanes(): Promise<readonly { readonly lane: LaneIdentity; readonly size: LaneSize }[]> {
    return this.#store.lanes();
  }

  async moveLane(from: LaneIdentity, to: LaneIdentity): Promise<number> {
    if (laneKey(from) === laneKey(to)) return 0;
    const moved = this.#store.laneOf(from).all();
    for (const stored of moved) {
      const { history } = this.#store.delivery(stored.id) as HeldDelivery;
      this.#store.replace(stored, { ...stored, lane: to, sequence: this.#nextSequence() }, history);
    }
    return moved.length;
  }

  async dropLane(lane: LaneIdentity): Promise<number> {
    const dropped = this.#store.laneOf(lane).all();
    for (const stored of dropped) this.#store.remove(stored);
    return dropped.length;
  }

  async deadLetters(
    filter: DeadLetterFilter,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<readonly DeadLetter[]> {
    const letters: DeadLetter[] = [];
    for (const letter of this.#letters.matching(filter, page.after)) {
      if (letters.length >= page.limit) break;
      letters.push(withoutNumber(letter));
    }
    return letters;
  }

  async countDeadLetters(filter: DeadLetterFilter): Promise<number> {
    return [...this.#letters.matching(filter)].length;
  }

  async deadLetter(id: string): Promise<LoadedDeadLetter | undefined> {
    const letter = this.#letters.get(id);
    if (letter === undefined) return undefined;
    const accepted = this.#store.envelopes.get(letter.envelope);
    return { ...withoutNumber(letter), ...(accepted === undefined ? {} : { envelope: accepted.envelope }) };
  }

  async dropDeadLetters(filter: DeadLetterFilter): Promise<number> {
    const dropped = [...this.#letters.matching(filter)];
    for (const letter of dropped) this.#removeLetter(letter);
    return dropped.length;
  }

  async replayDeadLetters(filter: DeadLetterFilter, lanes: readonly LaneIdentity[]): Promise<ReplayReceipt> {
    const now = this.#clock.now();
    let [replayed, unfitting] = [0, 0];
    for (const letter of [...this.#letters.matching(filter)]) {
      const { destination, debug } = letter.lane;
      const lane = lanes.find((candidate) => candidate.destination === destination && candidate.debug === debug);
      if (lane === undefined) {
        unfitting++;
      } else {
        this.#replay(letter, lane, now);
        replayed++;
      }
    }
    return { replayed, unfitting };
  }

  async forget(profileId: string): Promise<ForgetReceipt> {
    needProfileId(profileId);
    const envelopes = this.#store.envelopes.ofProfile(profileId);
    const deliveries = this.#store.deliveriesOf(envelopes);
    const letters = [...this.#letters.matching({})].filter(({ envelope }) => envelopes.has(envelope));
    for (const stored of deliveries) this.#store.remove(stored);
    for (const letter of letters) this.#removeLetter(letter);
    return {
      deliveries: deliveries.map(({ id, lane }) => ({ id, destination: lane.destination })),
      deadLetters: letters.length,
      envelopes: envelopes.size,
      quarantined: 0,
      unsearched: [],
    };
  }

  async close(): Promise<void> {
    this.#letters.clear();
    this.#store.clear();
    this.#recent.clear();
  }

  #settleOne(held: HeldDelivery, settlement: Settlement): void {
    const { stored } = held;
    if (isRetry(settlement)) {
      const { stored: postponed, history } = afterRetry(held, settlement);
      this.#store.replace(stored, postponed, history);
      return;
    }
    if (isFailed(settlement)) {
      const accepted = this.#store.envelopes.get(stored.envelope) as AcceptedEnvelope;
      this.#store.envelopes.hold(stored.envelope);
      this.#letters.add({ ...deadLetterOf(held, settlement, accepted), envelope: stored.envelope });
    }
    this.#store.remove(stored);
  }

  #replay(letter: HeldDeadLetter, lane: LaneIdentity, now: number): void {
    const { tries, bytes, envelope, history } = letter;
    const [id, sequence] = [this.#nextId(), this.#nextSequence()];
    const given = { lane, id, sequence, envelope, waitingSince: now, tries, bytes, replay: true };
    // Before the dead letter goes: one of the two holds the envelope at any time.
    this.#store.add(freshDelivery(given, letter), history);
    this.#removeLetter(letter);
  }

  #removeLetter(letter: HeldDeadLetter): void {
    this.#letters.remove(letter);
    this.#store.envelopes.release(letter.envelope);
  }

  #nextId(): string {
    return String(++this.#lastId);
  }

  #nextSequence(): number {
    return ++this.#lastSequence;
  }
}

function withoutNumber({ envelope: _, ...letter }: HeldDeadLetter): DeadLetter {
  return letter;
}
