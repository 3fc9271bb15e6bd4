import { randomBytes } from 'node:crypto';
import type { Clock, Logger, OutboxListener, StoredDelivery } from '@dest/core';
import { readTopic, type Topic } from '../topic';
import type { PulsarTransport } from '../transport/pulsar-transport';
import { Appender } from './appender';
import { Arrivals } from './arrivals';
import type { IndexedLetter } from './dead-letter-entry';
import { DeadLetters } from './dead-letters';
import type { Arrival } from './destination-feed';
import { Feeds } from './feeds';
import { Forwarding } from './forwarding';
import { letGoOf } from './forgetter';
import { HeldDeliveries } from './held-deliveries';
import { Journal } from './journal';
import type { JournalEntry } from './journal-entry';
import { JournalState } from './journal-state';
import { letGoOfLane } from './lane-dropper';
import { Numbers } from './numbers';
import type { OperationQueue } from './operation-queue';
import type { OutboxParts } from './outbox-parts';
import { Parking } from './parking';
import { ParkingTopic } from './parking-topic';
import { PendingAppends } from './pending-appends';
import { Publisher } from './publisher';
import { Settler } from './settler';

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

/** What parts have of the outbox that they are of. */
export interface OutboxHooks {
  readonly queue: OperationQueue;
  readonly listener: () => OutboxListener | undefined;
}

type Gone = { readonly id: string; readonly destination: string };

/** Connects, and reads what all hosts know. @throws what connecting throws; the transport is left open then */
export async function openParts(options: SharedOutboxOptions, hooks: OutboxHooks): Promise<OutboxParts> {
  const opened: { close(): Promise<void> }[] = [];
  try {
    return await open(options, hooks, opened);
  } catch (error) {
    await Promise.allSettled(opened.map((part) => part.close()));
    throw error;
  }
}

/** Takes leave, and disconnects all but the transport. */
export async function closeParts(parts: OutboxParts): Promise<void> {
  const { settler, feeds, publisher, letters, journal, parking, forwarding, parkedFeeds, parkedPublisher } = parts;
  parking.close();
  forwarding.close();
  const steps: (() => Promise<void>)[] = [
    () => journal.flush(),
    // Before the messages go to other hosts.
    () => settler.leave(),
    () => feeds.close(),
    () => parkedFeeds.close(),
    () => publisher.close(),
    () => parkedPublisher.close(),
    () => letters.close(),
    // Last: who has taken leave has nothing any more.
    () => journal.close(),
  ];
  const problems: unknown[] = [];
  for (const step of steps) await step().catch((error: unknown) => problems.push(error));
  if (problems.length > 0) throw problems[0];
}

async function open(
  { transport, topic, maxHeld, dedupeWindowMs, clock, logger }: SharedOutboxOptions,
  { queue, listener }: OutboxHooks,
  opened: { close(): Promise<void> }[],
): Promise<OutboxParts> {
  const run = randomBytes(6).toString('hex');
  const numbers = new Numbers();
  const held = new HeldDeliveries();
  const pending = new PendingAppends();
  const state = new JournalState({ run, dedupeWindowMs });
  const parkedTopic = beside(topic, 'parked');
  // What is read before they are there is about nothing that is held.
  const late: { parts?: OutboxParts } = {};
  const tellRemoved = (gone: readonly Gone[]): void => {
    if (gone.length > 0) listener()?.removed(gone);
  };
  const common = { transport, run, logger };
  const journal = await Journal.open({
    ...common,
    topic: beside(topic, 'journal'),
    state,
    numbers,
    now: () => clock.now(),
    dedupeWindowMs,
    onEntry: (entry) => {
      if (late.parts !== undefined) tellRemoved(applyEntry(late.parts, entry).map(goneOf));
    },
  });
  opened.push(journal);
  const letters = await DeadLetters.open({
    ...common,
    topic: beside(topic, 'dead-letters'),
    onLetter: (letter) => {
      if (late.parts !== undefined) letGoOfBuried(late.parts, letter);
    },
  });
  opened.push(letters);
  const publisher = await Publisher.open(transport, topic);
  opened.push(publisher);
  const parkedPublisher = await Publisher.open(transport, parkedTopic);
  opened.push(parkedPublisher);
  const arrivals: Arrivals = new Arrivals({
    held,
    state,
    letters,
    numbers,
    pending,
    listener,
    noteSettled: (id) => journal.noteSettled(id),
    noteReleased: (parked) => void journal.write({ kind: 'released', ...parked }).catch(() => undefined),
    isOnTheWay: (destination, key) => parkingTopic.holds(destination, key),
    isKept: (destination, key) => parking.keeps(destination, key),
    forward: (arrival) => forwarding.forward(arrival),
    onFull: (feed) => parking.full(feed.destination, () => feed.isFull),
  });
  const feedOptions = {
    transport,
    maxHeld,
    logger,
    hosts: state.hosts,
    reads: (destination: string) => journal.reads(destination),
    onArrival: (arrival: Arrival) => arrivals.take(arrival),
    onGone: (isOfFeed: (name: string) => boolean) => tellRemoved(held.removeLost(isOfFeed)),
    newMarker: () => `${run}-${numbers.next()}`,
  };
  const feeds = new Feeds({
    ...feedOptions,
    topic,
    isParked: false,
    exists: (destination) => state.hasDestination(destination),
    announce: (destination) => journal.write({ kind: 'destination', destination }),
    publishMarker: (marker, destination) => publisher.mark(marker, destination),
  });
  const parkedFeeds = new Feeds({
    ...feedOptions,
    topic: parkedTopic,
    isParked: true,
    exists: (destination) => state.hasParked(destination),
    // What is parked says so.
    announce: () => Promise.resolve(),
    publishMarker: (marker, destination) => parkedPublisher.mark(marker, destination),
  });
  const basic = { run, clock, numbers, state, journal, letters, held, arrivals, pending, feeds, publisher };
  const settler = new Settler(basic);
  const parkingTopic: ParkingTopic = new ParkingTopic({ ...basic, feeds: parkedFeeds, publisher: parkedPublisher });
  const forwarding: Forwarding = new Forwarding({ ...basic, logger, topic: parkingTopic });
  const parking: Parking = new Parking({
    ...basic,
    logger,
    maxHeld,
    topic: parkingTopic,
    isUnderWay: (id) => settler.isUnderWay(id),
    alone: (work) => queue.run(work),
    onRemoved: (deliveries) => tellRemoved(deliveries.map(goneOf)),
    onReturned: (deliveries) => listener()?.arrived(deliveries),
  });
  const appender = new Appender(basic);
  return (late.parts = { ...basic, appender, settler, parking, forwarding, parkedFeeds, parkedPublisher });
}

/** Does what an entry asks of every host. Returns deliveries that this one has let go of. */
function applyEntry(parts: OutboxParts, entry: JournalEntry): readonly StoredDelivery[] {
  if (entry.kind === 'person-forgotten') return letGoOf(parts, entry);
  if (entry.kind === 'lane-dropped') return letGoOfLane(parts, entry);
  if (entry.kind === 'tried') parts.settler.apply(entry);
  else if (entry.kind === 'host') for (const feeds of [parts.feeds, parts.parkedFeeds]) feeds.giveUpLooks();
  else if (entry.kind === 'destination') parts.feeds.appeared(entry.destination);
  else if (entry.kind === 'parked') parts.parkedFeeds.appeared(entry.destination);
  return [];
}

function letGoOfBuried({ held, arrivals }: OutboxParts, { delivery, envelopeNumber }: IndexedLetter): void {
  if (held.store.delivery(delivery)?.stored.envelope === envelopeNumber) arrivals.remove(delivery);
}

function goneOf({ id, lane }: StoredDelivery): Gone {
  return { id, destination: lane.destination };
}

/** The topic with a name that begins with that of the outbox. */
function beside(topic: Topic, name: string): Topic {
  return readTopic(`${topic.full}-${name}`) as Topic;
}
