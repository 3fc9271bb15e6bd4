import { messageOf, type AcceptedEnvelope, type Clock, type Logger, type StoredDelivery } from '@dest/core';
import { freshDelivery, type HeldDelivery } from '@dest/core/outbox';
import { carryingRecord } from './carrying-record';
import type { Arrival } from './destination-feed';
import { deliveryIdOf, type RecordedCopy, type RecordToWrite } from './envelope-record';
import type { Feeds } from './feeds';
import type { HeldDeliveries } from './held-deliveries';
import type { Journal } from './journal';
import { keyName } from './key-name';
import type { Numbers } from './numbers';
import type { Publisher } from './publisher';

/** How often it is looked whether something keeps a subscription from going on that is full. */
const LOOK_EVERY_MS = 1_000;

/** What comes for keys that are parked is sent on together, so often. */
const FORWARD_EVERY_MS = 50;

/** What is due before that is not worth to be moved. */
const SOON_MS = 1_000;

/** Less than this share of what is held is not worth it either. */
const LEAST_SHARE = 1 / 4;

/** Afterwards there is room for this share. */
const ROOM_SHARE = 1 / 2;

export interface ParkingOptions {
  readonly run: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly maxHeld: number;
  readonly numbers: Numbers;
  readonly journal: Journal;
  readonly held: HeldDeliveries;
  /** Of the topic of what is parked. */
  readonly feeds: Feeds;
  /** Of the same. */
  readonly publisher: Publisher;
  readonly isUnderWay: (id: string) => boolean;
  /** Runs alone, in turn with whatever else the outbox does. */
  readonly alone: (work: () => Promise<void>) => Promise<void>;
  /** Says that deliveries don't wait here any more. */
  readonly onRemoved: (deliveries: readonly StoredDelivery[]) => void;
}

/** All that a host holds under one key. */
interface Group {
  readonly name: string;
  readonly deliveries: readonly StoredDelivery[];
}

/**
 * Makes room where what waits for a retry, or behind it, fills all that a host may hold of a destination: it goes, key by
 * key, to a topic of its own, and what comes later for such a key goes behind it.
 */
export class Parking {
  readonly #options: ParkingOptions;
  /** Destinations that are looked after. */
  readonly #watched = new Map<string, NodeJS.Timeout>();
  #forwarding: Arrival[] = [];
  /** Keys of which something is on its way there that may not be said to all hosts yet, with how many. */
  readonly #onTheirWay = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  /** One after the other: what came first is published first. */
  #sending: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: ParkingOptions) {
    this.#options = options;
  }

  /** Says that no more can come for a destination. */
  full(destination: string, isFull: () => boolean): void {
    if (this.#isClosed || this.#watched.has(destination)) return;
    const look = (): void => {
      this.#watched.delete(destination);
      if (!isFull()) return;
      void this.#parkQuietly(destination).then(() => this.full(destination, isFull));
    };
    const timer = setTimeout(look, LOOK_EVERY_MS);
    timer.unref();
    this.#watched.set(destination, timer);
  }

  /** Whether deliveries of a key are on their way to where they are parked. */
  holds(destination: string, key: string): boolean {
    return this.#onTheirWay.size > 0 && this.#onTheirWay.has(keyName(destination, key));
  }

  /** Sends on what came for a key that is parked. It is acknowledged once it is there. */
  forward(arrival: Arrival): void {
    this.#forwarding.push(arrival);
    this.#count(arrival.feed.destination, keyOf(arrival), 1);
    this.#forwardSoon();
  }

  /** Does nothing more: what was not sent on comes again. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const timer of this.#watched.values()) clearTimeout(timer);
  }

  async #parkQuietly(destination: string): Promise<void> {
    const { alone, logger } = this.#options;
    try {
      await alone(() => this.#park(destination));
    } catch (error) {
      const message = `What blocks ${destination} could not be parked, and is tried again: ${messageOf(error)}`;
      logger.warn(message, { destination });
    }
  }

  async #park(destination: string): Promise<void> {
    const { maxHeld, logger } = this.#options;
    const blocked = this.#blockedGroups(destination);
    const count = blocked.reduce((sum, { deliveries }) => sum + deliveries.length, 0);
    if (count < maxHeld * LEAST_SHARE) return;
    const chosen: Group[] = [];
    let parked = 0;
    // The longest first: fewest keys are moved then.
    for (const group of blocked.toSorted((left, right) => right.deliveries.length - left.deliveries.length)) {
      if (parked >= maxHeld * ROOM_SHARE) break;
      chosen.push(group);
      parked += group.deliveries.length;
    }
    await this.#move(destination, chosen);
    logger.info(`${parked} deliveries of ${destination} that wait for a retry, or behind one, make room for others`, {
      destination,
      parked,
      keys: chosen.length,
    });
  }

  /** What waits for a retry, with all that is behind it, where nothing of it is under way. */
  #blockedGroups(destination: string): readonly Group[] {
    const { clock, held, isUnderWay } = this.#options;
    const soon = clock.now() + SOON_MS;
    const groups = new Map<string, StoredDelivery[]>();
    for (const stored of held.store.deliveries()) {
      if (stored.lane.destination !== destination || stored.replay || held.isParked(stored.id)) continue;
      const name = stored.key ?? stored.id;
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [stored]);
      else group.push(stored);
    }
    return [...groups]
      .filter(([, group]) => group.some(({ dueAt }) => dueAt > soon) && !group.some(({ id }) => isUnderWay(id)))
      .map(([name, group]) => ({
        name,
        deliveries: group.toSorted((left, right) => left.sequence - right.sequence),
      }));
  }

  async #move(destination: string, groups: readonly Group[]): Promise<void> {
    const { run, numbers, held, onRemoved } = this.#options;
    const moving = groups.flatMap(({ name, deliveries }) =>
      deliveries.map((stored) => {
        const { history } = held.store.delivery(stored.id) as HeldDelivery;
        const accepted = held.store.envelopes.get(stored.envelope) as AcceptedEnvelope;
        const number = numbers.next();
        const record = carryingRecord({ run, number, accepted, stored, history });
        return { name, id: stored.id, record, messages: held.messagesOf(stored.id) };
      }),
    );
    for (const { name } of groups) this.#count(destination, name, 1);
    try {
      await this.#publish(destination, moving);
    } finally {
      for (const { name } of groups) this.#count(destination, name, -1);
    }
    for (const { id, messages } of moving) held.leave(id, messages);
    // Others have come again by what was published.
    onRemoved(groups.flatMap(({ deliveries }) => deliveries).filter(({ id }) => held.store.delivery(id) === undefined));
  }

  #forwardSoon(): void {
    if (this.#isClosed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#sending = this.#sending.then(() => this.#forwardAll());
    }, FORWARD_EVERY_MS);
  }

  /** Never rejects. */
  async #forwardAll(): Promise<void> {
    const arrivals = this.#forwarding;
    this.#forwarding = [];
    const byDestination = new Map<string, Arrival[]>();
    for (const arrival of arrivals) {
      const { destination } = arrival.feed;
      byDestination.set(destination, [...(byDestination.get(destination) ?? []), arrival]);
    }
    for (const [destination, some] of byDestination) await this.#forwardSome(destination, some);
  }

  #count(destination: string, key: string, change: number): void {
    const name = keyName(destination, key);
    const count = (this.#onTheirWay.get(name) ?? 0) + change;
    if (count === 0) this.#onTheirWay.delete(name);
    else this.#onTheirWay.set(name, count);
  }

  async #forwardSome(destination: string, arrivals: readonly Arrival[]): Promise<void> {
    const { run, numbers, held, logger } = this.#options;
    const moving = arrivals.map(({ record, index }) => {
      const { lane, kind, key, changes, carried } = record.copies[index] as RecordedCopy;
      const { id, envelope, acceptedAt, bytes, envelopeNumber } = record;
      const number = numbers.next();
      const given = {
        lane,
        id: deliveryIdOf(record, index),
        sequence: record.number + index,
        envelope: envelopeNumber,
        waitingSince: acceptedAt,
        tries: 0,
        bytes,
        replay: false,
      };
      const fresh = freshDelivery(given, { kind, key, changes });
      const { history = [], ...state } = carried ?? {};
      const moved = carryingRecord({
        run,
        number,
        accepted: { id, envelope, acceptedAt },
        stored: { ...fresh, ...state },
        history,
      });
      return { name: key ?? given.id, record: moved };
    });
    try {
      await this.#publish(destination, moving);
      for (const { name, message } of arrivals) held.refuse(name, message);
    } catch (error) {
      const message = `What came for keys of ${destination} that are parked is sent on later: ${messageOf(error)}`;
      logger.warn(message, { destination });
      // Those of a connection that is gone come again.
      const again = arrivals.filter(({ message: { isCurrent } }) => isCurrent());
      for (const arrival of again) this.#count(destination, keyOf(arrival), 1);
      this.#forwarding.unshift(...again);
      this.#forwardSoon();
    }
    for (const arrival of arrivals) this.#count(destination, keyOf(arrival), -1);
  }

  /** First it is said up to where keys are parked: whoever gets more of them has to know before what is parked is done. */
  async #publish(
    destination: string,
    moving: readonly { readonly name: string; readonly record: RecordToWrite }[],
  ): Promise<void> {
    const { feeds, journal, publisher } = this.#options;
    await feeds.prepare([destination]);
    const last = new Map(moving.map(({ name, record }) => [name, record.number]));
    await Promise.all(Array.from(last, ([key, until]) => journal.write({ kind: 'parked', destination, key, until })));
    await Promise.all(moving.map(({ record }) => publisher.publish(record)));
  }
}

function keyOf({ record, index }: Arrival): string {
  return record.copies[index]?.key ?? deliveryIdOf(record, index);
}
