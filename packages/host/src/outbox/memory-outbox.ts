import type {
  AcceptedEnvelope,
  AppendReceipt,
  Clock,
  DeadLetter,
  DeadLetterFilter,
  Failure,
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
import { freshDelivery } from './fresh-delivery';
import { laneKey } from './lane-key';
import type { HeldDeadLetter } from './memory-dead-letters';
import { MemoryStore, type HeldDelivery } from './memory-store';
import { needProfileId } from './need-profile-id';
import { placeCopy, type OpenReceipt } from './place-copy';
import { RecentIds } from './recent-ids';
import { withFailedTry } from './with-failed-try';

export interface MemoryOutboxOptions {
  readonly clock: Clock;
  /** How long an envelope's id is remembered, in milliseconds. */
  readonly dedupeWindowMs: number;
}

const NOTHING: ReadonlySet<string> = new Set();

/** Keeps everything in memory, also all dead letters: what it holds is gone with the process. */
export class MemoryOutbox implements Outbox {
  readonly #clock: Clock;
  readonly #recent: RecentIds;
  readonly #store = new MemoryStore();

  constructor(options: MemoryOutboxOptions) {
    this.#clock = options.clock;
    this.#recent = new RecentIds(options.dedupeWindowMs);
  }

  async open(): Promise<OutboxReport> {
    return { quarantined: 0, warnings: [] };
  }

  async append(accepted: AcceptedEnvelope, deliveries: readonly NewDelivery[]): Promise<AppendReceipt> {
    const now = this.#clock.now();
    const { id, envelope, acceptedAt } = accepted;
    const owed = this.#recent.owed(id, now);
    const wanted = owed === undefined ? deliveries : deliveries.filter(({ lane }) => owed.has(lane.destination));
    const receipt: OpenReceipt = { deliveries: [], refused: [], dropped: [], coalesced: [] };
    if (owed !== undefined && wanted.length === 0) return { duplicate: true, ...receipt };
    // Throws where it isn't plain JSON, before anything is kept.
    const bytes = Buffer.byteLength(JSON.stringify(envelope));
    this.#store.withEnvelope(accepted, (number) => {
      for (const copy of wanted) placeCopy(this.#store, copy, { number, bytes, acceptedAt }, receipt);
    });
    this.#recent.remember(id, stillOwed(owed ?? NOTHING, receipt), now);
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
    return deliveries.map(({ envelope }) => this.#store.envelope(envelope));
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
      this.#store.replace(stored, { ...stored, lane: to, sequence: this.#store.nextSequence() }, history);
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
    for (const letter of this.#store.letters.matching(filter, page.after)) {
      if (letters.length >= page.limit) break;
      letters.push(withoutNumber(letter));
    }
    return letters;
  }

  async countDeadLetters(filter: DeadLetterFilter): Promise<number> {
    return [...this.#store.letters.matching(filter)].length;
  }

  async deadLetter(id: string): Promise<LoadedDeadLetter | undefined> {
    const letter = this.#store.letters.get(id);
    if (letter === undefined) return undefined;
    const accepted = this.#store.envelope(letter.envelope);
    return { ...withoutNumber(letter), ...(accepted === undefined ? {} : { envelope: accepted.envelope }) };
  }

  async dropDeadLetters(filter: DeadLetterFilter): Promise<number> {
    const dropped = [...this.#store.letters.matching(filter)];
    for (const letter of dropped) this.#store.removeLetter(letter);
    return dropped.length;
  }

  async replayDeadLetters(filter: DeadLetterFilter, lanes: readonly LaneIdentity[]): Promise<ReplayReceipt> {
    const now = this.#clock.now();
    let [replayed, unfitting] = [0, 0];
    for (const letter of [...this.#store.letters.matching(filter)]) {
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
    const envelopes = this.#store.envelopesOf(profileId);
    const deliveries = this.#store.deliveriesOf(envelopes);
    const letters = [...this.#store.letters.matching({})].filter(({ envelope }) => envelopes.has(envelope));
    for (const stored of deliveries) this.#store.remove(stored);
    for (const letter of letters) this.#store.removeLetter(letter);
    return {
      deliveries: deliveries.map(({ id, lane }) => ({ id, destination: lane.destination })),
      deadLetters: letters.length,
      envelopes: envelopes.size,
      quarantined: 0,
      unsearched: [],
    };
  }

  async close(): Promise<void> {
    this.#store.clear();
    this.#recent.clear();
  }

  #settleOne({ stored, history }: HeldDelivery, settlement: Settlement): void {
    const { delivery, outcome, settledAt } = settlement;
    if (outcome.status === 'retry') {
      const { attempts, dueAt } = outcome;
      const scheduledAt = dueAt === 0 ? 0 : settledAt;
      const postponed = { ...stored, tries: delivery.tries, attempts, dueAt, scheduledAt };
      this.#store.replace(stored, postponed, withFailedTry(history, stored, settlement));
      return;
    }
    if (outcome.status === 'failed')
      this.#store.addLetter(this.#letterOf({ stored, history }, settlement, outcome.failure));
    this.#store.remove(stored);
  }

  #letterOf({ stored, history }: HeldDelivery, settlement: Settlement, failure: Failure): Omit<HeldDeadLetter, 'id'> {
    const { lane, kind, key, changes, envelope, bytes } = stored;
    const { delivery, settledAt, pluginVersion } = settlement;
    const accepted = this.#store.envelope(envelope) as AcceptedEnvelope;
    return {
      lane,
      envelopeId: accepted.id,
      kind,
      ...(key === undefined ? {} : { key }),
      ...(changes === undefined ? {} : { changes }),
      acceptedAt: accepted.acceptedAt,
      failedAt: settledAt,
      failure,
      history: withFailedTry(history, stored, settlement),
      tries: delivery.tries,
      ...(pluginVersion === undefined ? {} : { pluginVersion }),
      bytes,
      envelope,
    };
  }

  #replay(letter: HeldDeadLetter, lane: LaneIdentity, now: number): void {
    const { tries, bytes, envelope, history } = letter;
    const [id, sequence] = [this.#store.nextId(), this.#store.nextSequence()];
    const given = { lane, id, sequence, envelope, waitingSince: now, tries, bytes, replay: true };
    // Before the dead letter goes: one of the two holds the envelope at any time.
    this.#store.add(freshDelivery(given, letter), history);
    this.#store.removeLetter(letter);
  }
}

/** Destinations that don't have their copy yet: those that refused it now, and those that weren't asked again. */
function stillOwed(owed: ReadonlySet<string>, { deliveries, refused }: OpenReceipt): ReadonlySet<string> {
  if (owed.size === 0 && refused.length === 0) return NOTHING;
  const still = new Set([...owed, ...refused.map(({ destination }) => destination)]);
  for (const { destination } of deliveries) still.delete(destination);
  return still;
}

function withoutNumber({ envelope: _, ...letter }: HeldDeadLetter): DeadLetter {
  return letter;
}
