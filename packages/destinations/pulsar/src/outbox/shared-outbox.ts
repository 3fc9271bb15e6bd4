import { randomBytes } from 'node:crypto';
import {
  TransientError,
  type AcceptedEnvelope,
  type AppendReceipt,
  type Clock,
  type DeadLetter,
  type DeadLetterFilter,
  type ForgetReceipt,
  type LaneIdentity,
  type LaneSize,
  type LoadedDeadLetter,
  type Logger,
  type NewDelivery,
  type Outbox,
  type OutboxListener,
  type OutboxReport,
  type ReadOptions,
  type ReplayReceipt,
  type Settlement,
  type StoredDelivery,
} from '@dest/core';
import { readTopic, type Topic } from '../topic';
import type { PulsarTransport } from '../transport/pulsar-transport';
import { Appender, appendRequest } from './appender';
import { Arrivals } from './arrivals';
import type { IndexedLetter } from './dead-letter-entry';
import { DeadLetters } from './dead-letters';
import type { Arrival } from './destination-feed';
import { Feeds } from './feeds';
import { forget, letGoOf } from './forgetter';
import { HeldDeliveries } from './held-deliveries';
import { Journal } from './journal';
import type { JournalEntry } from './journal-entry';
import { JournalState } from './journal-state';
import { moveHeld } from './lane-mover';
import { Numbers } from './numbers';
import { OperationQueue } from './operation-queue';
import type { OutboxParts } from './outbox-parts';
import { Parking } from './parking';
import { PendingAppends } from './pending-appends';
import { Publisher } from './publisher';
import { replayLetters } from './replayer';
import { Settler } from './settler';

type Gone = { readonly id: string; readonly destination: string };

export interface SharedOutboxOptions {
  /** Closed together with the outbox. */
  readonly transport: PulsarTransport;
  readonly topic: Topic;
  /** How many deliveries of a destination are held at most. */
  readonly maxHeld: number;
  readonly dedupeWindowMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * An outbox that hosts share. What waits is in Pulsar; a host holds those deliveries, unacknowledged, that Pulsar has given
 * it, and all of their state. What can't be had from the messages themselves is in topics that every host follows.
 */
export class SharedOutbox implements Outbox {
  readonly #options: SharedOutboxOptions;
  readonly #queue = new OperationQueue();
  #listener: OutboxListener | undefined;
  #parts!: OutboxParts;
  #appender!: Appender;
  #settler!: Settler;
  #closing: Promise<void> | undefined;

  private constructor(options: SharedOutboxOptions) {
    this.#options = options;
  }

  /** Connects. @throws what connecting throws; the transport is left open then */
  static async connect(options: SharedOutboxOptions): Promise<SharedOutbox> {
    const outbox = new SharedOutbox(options);
    await outbox.#connect();
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
      () => this.#appender.isIndependent(request),
      () => this.#appender.append(request),
    );
  }

  read(lane: LaneIdentity, options: ReadOptions): Promise<readonly StoredDelivery[]> {
    return this.#onLane(lane, async () => this.#lane(lane).read(options));
  }

  readRetries(lane: LaneIdentity, limit: number): Promise<readonly StoredDelivery[]> {
    return this.#onLane(lane, async () => this.#lane(lane).retries(limit));
  }

  readReplays(lane: LaneIdentity, limit: number): Promise<readonly StoredDelivery[]> {
    return this.#onLane(lane, async () => this.#lane(lane).replays(limit));
  }

  load(deliveries: readonly StoredDelivery[]): Promise<readonly (AcceptedEnvelope | undefined)[]> {
    const { envelopes } = this.#parts.held.store;
    return this.#queue.run(async () => deliveries.map(({ envelope }) => envelopes.get(envelope)));
  }

  started(deliveries: readonly StoredDelivery[]): void {
    for (const { id } of deliveries) this.#settler.started(id);
  }

  settle(settlements: readonly Settlement[]): Promise<void> {
    const destinations = new Set(settlements.map(({ delivery }) => delivery.lane.destination));
    return this.#onDestinations([...destinations], () => this.#settler.settle(settlements));
  }

  size(lane: LaneIdentity): Promise<LaneSize> {
    return this.#onLane(lane, async () => this.#lane(lane).size());
  }

  lanes(): Promise<readonly { readonly lane: LaneIdentity; readonly size: LaneSize }[]> {
    return this.#onDestinations(this.#unread(), async () => this.#parts.held.store.lanes());
  }

  moveLane(from: LaneIdentity, to: LaneIdentity): Promise<number> {
    return this.#onLane(from, () => moveHeld(this.#parts, from, to));
  }

  dropLane(lane: LaneIdentity): Promise<number> {
    const { journal, numbers } = this.#parts;
    return this.#onLane(lane, async () => {
      const { waiting } = this.#lane(lane).size();
      await journal.write({ kind: 'lane-dropped', lane, before: numbers.next() });
      return waiting;
    });
  }

  deadLetters(
    filter: DeadLetterFilter,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<readonly DeadLetter[]> {
    return this.#queue.run(async () => {
      const letters: DeadLetter[] = [];
      for (const letter of this.#parts.letters.matching(filter, page.after)) {
        if (letters.length >= page.limit) break;
        letters.push(asDeadLetter(letter));
      }
      return letters;
    });
  }

  countDeadLetters(filter: DeadLetterFilter): Promise<number> {
    return this.#queue.run(async () => [...this.#parts.letters.matching(filter)].length);
  }

  deadLetter(id: string): Promise<LoadedDeadLetter | undefined> {
    return this.#queue.run(async () => {
      const { letters } = this.#parts;
      const letter = letters.get(id);
      if (letter === undefined) return undefined;
      const envelope = (await letters.envelopesOf([letter])).get(id);
      return { ...asDeadLetter(letter), ...(envelope === undefined ? {} : { envelope }) };
    });
  }

  dropDeadLetters(filter: DeadLetterFilter): Promise<number> {
    return this.#queue.run(async () => {
      const { letters } = this.#parts;
      const ids = Array.from(letters.matching(filter), ({ id }) => id);
      await letters.remove(ids);
      return ids.length;
    });
  }

  replayDeadLetters(filter: DeadLetterFilter, lanes: readonly LaneIdentity[]): Promise<ReplayReceipt> {
    return this.#queue.run(() => replayLetters(this.#parts, filter, lanes));
  }

  forget(profileId: string): Promise<ForgetReceipt> {
    return this.#onDestinations(this.#unread(), () => forget(this.#parts, profileId));
  }

  close(): Promise<void> {
    this.#closing ??= this.#queue.run(() => this.#close());
    return this.#closing;
  }

  async #connect(): Promise<void> {
    const { transport, topic, maxHeld, dedupeWindowMs, clock, logger } = this.#options;
    const run = randomBytes(6).toString('hex');
    const numbers = new Numbers();
    const held = new HeldDeliveries();
    const pending = new PendingAppends();
    const state = new JournalState({ run, dedupeWindowMs, now: () => clock.now() });
    const opened: { close(): Promise<void> }[] = [];
    try {
      const journal = await Journal.open({
        transport,
        topic: beside(topic, 'journal'),
        run,
        logger,
        state,
        numbers,
        onEntry: (entry) => this.#onEntry(entry),
      });
      opened.push(journal);
      const letters = await DeadLetters.open({
        transport,
        topic: beside(topic, 'dead-letters'),
        run,
        logger,
        onLetter: (letter) => this.#onLetter(letter),
      });
      opened.push(letters);
      const publisher = await this.#publisher(topic);
      opened.push(publisher);
      const parkedTopic = beside(topic, 'parked');
      const parkedPublisher = await this.#publisher(parkedTopic);
      opened.push(parkedPublisher);
      const arrivals: Arrivals = new Arrivals({
        held,
        state,
        letters,
        numbers,
        pending,
        listener: () => this.#listener,
        noteSettled: (id) => journal.noteSettled(id),
        noteReleased: (parked) => void journal.write({ kind: 'released', ...parked }).catch(() => undefined),
        forward: (arrival) => parking.forward(arrival),
        onFull: (feed) => parking.full(feed.destination, () => feed.isFull),
      });
      const common = {
        transport,
        maxHeld,
        logger,
        hosts: state.hosts,
        reads: (destination: string) => journal.reads(destination),
        onArrival: (arrival: Arrival) => arrivals.take(arrival),
        onGone: (isOfFeed: (name: string) => boolean) => this.#tellRemoved(held.removeLost(isOfFeed)),
        newMarker: () => `${run}-${numbers.next()}`,
      };
      const feeds = new Feeds({
        ...common,
        topic,
        isParked: false,
        exists: (destination) => state.hasDestination(destination),
        announce: (destination) => journal.write({ kind: 'destination', destination }),
        publishMarker: (marker, destination) => publisher.mark(marker, destination),
      });
      const parkedFeeds = new Feeds({
        ...common,
        topic: parkedTopic,
        isParked: true,
        exists: (destination) => state.hasParked(destination),
        // What is parked says so.
        announce: () => Promise.resolve(),
        publishMarker: (marker, destination) => parkedPublisher.mark(marker, destination),
      });
      const parking: Parking = new Parking({
        run,
        clock,
        logger,
        maxHeld,
        numbers,
        journal,
        held,
        feeds: parkedFeeds,
        publisher: parkedPublisher,
        isUnderWay: (id) => this.#settler.isUnderWay(id),
        alone: (work) => this.#queue.run(work),
        onRemoved: (deliveries) => this.#tellRemoved(deliveries.map(goneOf)),
      });
      const parts = { run, clock, numbers, state, journal, letters, held, arrivals, pending, feeds, publisher };
      this.#parts = { ...parts, parking, parkedFeeds, parkedPublisher };
      this.#appender = new Appender(this.#parts);
      this.#settler = new Settler(this.#parts);
    } catch (error) {
      await Promise.allSettled(opened.map((part) => part.close()));
      throw error;
    }
  }

  async #close(): Promise<void> {
    const { feeds, publisher, letters, journal, parking, parkedFeeds, parkedPublisher } = this.#parts;
    const { transport } = this.#options;
    parking.close();
    const ended = [
      await settled(journal.flush()),
      // Before the messages go to other hosts.
      await settled(this.#settler.leave()),
      await settled(feeds.close()),
      await settled(parkedFeeds.close()),
      await settled(publisher.close()),
      await settled(parkedPublisher.close()),
      await settled(letters.close()),
      // Last: who has taken leave has nothing any more.
      await settled(journal.close()),
      await settled(transport.close()),
    ];
    const failed = ended.find((problem) => problem !== undefined);
    if (failed !== undefined) throw failed.reason;
  }

  #onLane<Result>({ destination }: LaneIdentity, work: () => Promise<Result>): Promise<Result> {
    return this.#onDestinations([destination], work);
  }

  /**
   * Does something after all that waits for destinations, and is this host's, has come. At once where it can be: what is
   * called earlier takes effect earlier.
   */
  async #onDestinations<Result>(destinations: readonly string[], work: () => Promise<Result>): Promise<Result> {
    const { feeds, parkedFeeds } = this.#parts;
    const missing = destinations.filter((destination) => feeds.ready(destination) === undefined);
    if (missing.length > 0) {
      await Promise.all(missing.flatMap((destination) => [feeds.want(destination), parkedFeeds.want(destination)]));
    }
    return this.#queue.run(work);
  }

  /** Destinations that nobody reads: those that are no longer configured. */
  #unread(): readonly string[] {
    const { state } = this.#parts;
    return state.destinations.filter((destination) => !state.hosts.isReadElsewhere(destination));
  }

  #lane(lane: LaneIdentity): ReturnType<HeldDeliveries['store']['laneOf']> {
    return this.#parts.held.store.laneOf(lane);
  }

  /** Before the parts are there, nothing is held. */
  #onEntry(entry: JournalEntry): void {
    const parts = this.#parts as OutboxParts | undefined;
    if (parts === undefined) return;
    if (entry.kind === 'tried') this.#settler.apply(entry);
    else if (entry.kind === 'destination') parts.feeds.appeared(entry.destination);
    else if (entry.kind === 'parked') parts.parkedFeeds.appeared(entry.destination);
    else if (entry.kind === 'person-forgotten') this.#tellRemoved(letGoOf(parts, entry).map(goneOf));
    else if (entry.kind === 'lane-dropped') this.#tellRemoved(this.#dropHeld(entry.lane, entry.before).map(goneOf));
  }

  #onLetter({ delivery, envelopeNumber }: IndexedLetter): void {
    const parts = this.#parts as OutboxParts | undefined;
    if (parts?.held.store.delivery(delivery)?.stored.envelope === envelopeNumber) parts.arrivals.remove(delivery);
  }

  #dropHeld(lane: LaneIdentity, before: number): readonly StoredDelivery[] {
    const { held, arrivals } = this.#parts;
    const dropped = held.store
      .laneOf(lane)
      .all()
      .filter(({ sequence }) => sequence < before);
    for (const { id } of dropped) arrivals.remove(id);
    return dropped;
  }

  #tellRemoved(deliveries: readonly Gone[]): void {
    if (deliveries.length > 0) this.#listener?.removed(deliveries);
  }

  async #publisher(topic: Topic): Promise<Publisher> {
    const settings = { compression: 'NONE', keyOrder: true, deduplication: false } as const;
    return new Publisher(await this.#options.transport.openProducer(topic, settings));
  }
}

function goneOf({ id, lane }: StoredDelivery): Gone {
  return { id, destination: lane.destination };
}

/** The topic with a name that begins with that of the outbox. */
function beside(topic: Topic, name: string): Topic {
  return readTopic(`${topic.full}-${name}`) as Topic;
}

function asDeadLetter({ delivery: _, envelopeNumber: __, persons: ___, ...letter }: IndexedLetter): DeadLetter {
  return letter;
}

function closed(): TransientError {
  return new TransientError('The outbox is closed.', { code: 'OUTBOX_CLOSED', scope: 'destination' });
}

async function settled(promise: Promise<void>): Promise<PromiseRejectedResult | undefined> {
  const [result] = await Promise.allSettled([promise]);
  return result.status === 'rejected' ? result : undefined;
}
