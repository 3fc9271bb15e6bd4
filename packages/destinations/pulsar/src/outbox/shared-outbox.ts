import {
  TransientError,
  type AcceptedEnvelope,
  type AppendReceipt,
  type DeadLetter,
  type DeadLetterFilter,
  type ForgetReceipt,
  type LaneIdentity,
  type LaneSize,
  type LoadedDeadLetter,
  type NewDelivery,
  type Outbox,
  type OutboxListener,
  type OutboxReport,
  type ReadOptions,
  type ReplayReceipt,
  type Settlement,
  type StoredDelivery,
} from '@dest/core';
import type { MemoryLane } from '@dest/core/outbox';
import { appendRequest } from './appender';
import type { IndexedLetter } from './dead-letter-entry';
import { forget } from './forgetter';
import { dropLane } from './lane-dropper';
import { moveHeld } from './lane-mover';
import { closeParts, openParts, type SharedOutboxOptions } from './open-parts';
import { OperationQueue } from './operation-queue';
import type { OutboxParts } from './outbox-parts';
import { replayLetters } from './replayer';

/**
 * An outbox that hosts share. What waits is in Pulsar; a host holds those deliveries, unacknowledged, that Pulsar has given
 * it, and all of their state. What can't be had from the messages themselves is in topics that every host follows.
 */
export class SharedOutbox implements Outbox {
  readonly #options: SharedOutboxOptions;
  readonly #queue = new OperationQueue();
  #listener: OutboxListener | undefined;
  #parts!: OutboxParts;
  /** What goes on beside the queue. */
  readonly #beside = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  private constructor(options: SharedOutboxOptions) {
    this.#options = options;
  }

  /** Connects. @throws what connecting throws; the transport is left open then */
  static async connect(options: SharedOutboxOptions): Promise<SharedOutbox> {
    const outbox = new SharedOutbox(options);
    outbox.#parts = await openParts(options, { queue: outbox.#queue, listener: () => outbox.#listener });
    return outbox;
  }

  /** Does nothing: it is open. */
  open(): Promise<OutboxReport> {
    return Promise.resolve({ quarantined: 0, warnings: [] });
  }

  watch(listener: OutboxListener): void {
    this.#listener = listener;
  }

  async append(accepted: AcceptedEnvelope, deliveries: readonly NewDelivery[]): Promise<AppendReceipt> {
    if (this.#closing !== undefined) throw closed();
    const request = appendRequest(accepted, deliveries);
    return this.#queue.share(
      () => this.#parts.appender.isIndependent(request),
      () => this.#parts.appender.append(request),
    );
  }

  read(lane: LaneIdentity, options: ReadOptions): Promise<readonly StoredDelivery[]> {
    return this.#onRead(lane, (found) => found.read(options));
  }

  readRetries(lane: LaneIdentity, limit: number): Promise<readonly StoredDelivery[]> {
    return this.#onRead(lane, (found) => found.retries(limit));
  }

  readReplays(lane: LaneIdentity, limit: number): Promise<readonly StoredDelivery[]> {
    return this.#onRead(lane, (found) => found.replays(limit));
  }

  load(deliveries: readonly StoredDelivery[]): Promise<readonly (AcceptedEnvelope | undefined)[]> {
    const { envelopes } = this.#parts.held.store;
    return this.#queue.follow(async () => deliveries.map(({ envelope }) => envelopes.get(envelope)));
  }

  started(deliveries: readonly StoredDelivery[]): void {
    for (const { id } of deliveries) this.#parts.settler.started(id);
  }

  settle(settlements: readonly Settlement[]): Promise<void> {
    const destinations = new Set(settlements.map(({ delivery }) => delivery.lane.destination));
    return this.#after(this.#missing([...destinations]), () => this.#parts.settler.settle(settlements));
  }

  /** Of what is held here: where another host delivers it, this one doesn't take it to have a look. */
  size(lane: LaneIdentity): Promise<LaneSize> {
    return this.#onLane(lane, (found) => found.size(), this.#unseen([lane.destination]));
  }

  lanes(): Promise<readonly { readonly lane: LaneIdentity; readonly size: LaneSize }[]> {
    return this.#after(this.#unseen(this.#parts.state.destinations), async () => this.#parts.held.store.lanes());
  }

  moveLane(from: LaneIdentity, to: LaneIdentity): Promise<number> {
    return this.#after(this.#unseen([from.destination]), () => moveHeld(this.#parts, from, to));
  }

  dropLane(lane: LaneIdentity): Promise<number> {
    return this.#after(this.#unseen([lane.destination]), () => dropLane(this.#parts, lane));
  }

  deadLetters(
    filter: DeadLetterFilter,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<readonly DeadLetter[]> {
    return this.#queue.follow(async () => {
      const letters: DeadLetter[] = [];
      for (const letter of this.#parts.letters.matching(filter, page.after)) {
        if (letters.length >= page.limit) break;
        letters.push(asDeadLetter(letter));
      }
      return letters;
    });
  }

  countDeadLetters(filter: DeadLetterFilter): Promise<number> {
    return this.#queue.follow(async () => [...this.#parts.letters.matching(filter)].length);
  }

  deadLetter(id: string): Promise<LoadedDeadLetter | undefined> {
    return this.#aside(async () => {
      const { letters } = this.#parts;
      const letter = await this.#queue.follow(async () => letters.get(id));
      if (letter === undefined) return undefined;
      const envelope = (await letters.envelopesOf([letter])).get(id);
      // What went while it was read is not shown: its person may have been forgotten.
      if (letters.get(id) === undefined) return undefined;
      return { ...asDeadLetter(letter), ...(envelope === undefined ? {} : { envelope }) };
    });
  }

  dropDeadLetters(filter: DeadLetterFilter): Promise<number> {
    return this.#queue.follow(async () => {
      const { letters } = this.#parts;
      const ids = Array.from(letters.matching(filter), ({ id }) => id);
      await letters.remove(ids);
      return ids.length;
    });
  }

  replayDeadLetters(filter: DeadLetterFilter, lanes: readonly LaneIdentity[]): Promise<ReplayReceipt> {
    return this.#aside(() => replayLetters(this.#parts, this.#queue, filter, lanes));
  }

  forget(profileId: string): Promise<ForgetReceipt> {
    return this.#after(this.#unseen(this.#parts.state.destinations), () => forget(this.#parts, profileId));
  }

  close(): Promise<void> {
    // What it is at would be tried for a long while where Pulsar is gone.
    this.#parts.parking.close();
    this.#closing ??= Promise.allSettled(this.#beside).then(() => this.#queue.run(() => this.#close()));
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      await closeParts(this.#parts);
    } finally {
      await this.#options.transport.close();
    }
  }

  /** Does something that takes turns in the queue, but no single one; closing waits for it. */
  async #aside<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#closing !== undefined) throw closed();
    const result = work();
    this.#beside.add(result);
    try {
      return await result;
    } finally {
      this.#beside.delete(result);
    }
  }

  #onRead<Result>(lane: LaneIdentity, work: (lane: MemoryLane) => Result): Promise<Result> {
    return this.#onLane(lane, work, this.#missing([lane.destination]));
  }

  /** Looks at a lane after all that was called before has taken effect; what is called later need not wait for that. */
  async #onLane<Result>(
    lane: LaneIdentity,
    work: (lane: MemoryLane) => Result,
    before: Promise<unknown> | undefined,
  ): Promise<Result> {
    if (before !== undefined) await before;
    return this.#queue.follow(async () => work(this.#parts.held.store.laneOf(lane)));
  }

  /**
   * Does something after all that waits for destinations, and is this host's, has come. At once where it can be: what is
   * called earlier takes effect earlier.
   */
  async #after<Result>(before: Promise<unknown> | undefined, work: () => Promise<Result>): Promise<Result> {
    if (before !== undefined) await before;
    return this.#queue.run(work);
  }

  /** Has all of these read; undefined where that is so. */
  #missing(destinations: readonly string[]): Promise<unknown> | undefined {
    const { feeds, parkedFeeds } = this.#parts;
    const missing = destinations.filter((destination) => feeds.isMissing(destination));
    // What is parked is no reason to keep the rest from going on: where it can't be read, it comes later.
    const parked = destinations.filter((one) => parkedFeeds.isMissing(one) && !parkedFeeds.isFailing(one));
    if (missing.length === 0 && parked.length === 0) return undefined;
    return Promise.all([
      ...missing.map((destination) => feeds.want(destination)),
      ...parked.map((destination) => parkedFeeds.want(destination).catch(() => undefined)),
    ]);
  }

  /** Has those of them looked at that nobody reads, such as those that are no longer configured; undefined where none are. */
  #unseen(destinations: readonly string[]): Promise<unknown> | undefined {
    const { feeds, parkedFeeds } = this.#parts;
    const looks = [feeds, parkedFeeds].flatMap((some) =>
      destinations.filter((one) => some.isUnseen(one) && !some.isFailing(one)).map((one) => some.look(one)),
    );
    return looks.length === 0 ? undefined : Promise.all(looks);
  }
}

function asDeadLetter({ delivery: _, envelopeNumber: __, persons: ___, ...letter }: IndexedLetter): DeadLetter {
  return letter;
}

function closed(): TransientError {
  return new TransientError('The outbox is closed.', { code: 'OUTBOX_CLOSED', scope: 'destination' });
}
