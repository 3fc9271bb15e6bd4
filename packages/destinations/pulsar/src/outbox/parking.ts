import { messageOf, type AcceptedEnvelope, type Clock, type Logger, type StoredDelivery } from '@dest/core';
import type { HeldDelivery } from '@dest/core/outbox';
import { carryingRecord } from './carrying-record';
import type { HeldDeliveries } from './held-deliveries';
import { keyName } from './key-name';
import type { Numbers } from './numbers';
import type { ParkingTopic } from './parking-topic';

/** How often it is looked whether something keeps a subscription from going on that is full. */
const LOOK_EVERY_MS = 1_000;

/** What is due before that is not worth to be moved. */
const SOON_MS = 1_000;

/** Less than this share of what is held is not worth it either. */
const LEAST_SHARE = 1 / 4;

/** How long it is tried to publish what is parked. */
const PATIENCE_MS = 30_000;

/** Afterwards there is room for this share. */
const ROOM_SHARE = 1 / 2;

export interface ParkingOptions {
  readonly run: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly maxHeld: number;
  readonly numbers: Numbers;
  readonly held: HeldDeliveries;
  readonly topic: ParkingTopic;
  readonly isUnderWay: (id: string) => boolean;
  /** Runs alone, in turn with whatever else the outbox does. */
  readonly alone: (work: () => Promise<void>) => Promise<void>;
  /** Says that deliveries are not to be tried any more. */
  readonly onRemoved: (deliveries: readonly StoredDelivery[]) => void;
  /** Says that deliveries are to be tried after all. */
  readonly onReturned: (deliveries: readonly StoredDelivery[]) => void;
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
  /** Keys that could not be parked, though it was said that they are. */
  readonly #kept = new Set<string>();
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

  /** Whether it was said of a key that it is parked, while all of it is still here. */
  keeps(destination: string, key: string): boolean {
    return this.#kept.size > 0 && this.#kept.has(keyName(destination, key));
  }

  /** Does nothing more. */
  close(): void {
    this.#isClosed = true;
    this.#options.topic.close();
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
    const { run, numbers, held, topic, onRemoved } = this.#options;
    const deliveries = groups.flatMap((group) => group.deliveries);
    // Before anything of it is published: what is under way when it comes from there would be in two places.
    onRemoved(deliveries);
    const moving = groups.flatMap(({ name, deliveries }) =>
      deliveries.map((stored) => {
        const { history } = held.store.delivery(stored.id) as HeldDelivery;
        const accepted = held.store.envelopes.get(stored.envelope) as AcceptedEnvelope;
        const number = numbers.next();
        const record = carryingRecord({ run, number, accepted, stored, history });
        return { name, id: stored.id, record, messages: held.messagesOf(stored.id) };
      }),
    );
    for (const { name } of groups) topic.count(destination, name, 1);
    try {
      await topic.publish(destination, moving, PATIENCE_MS);
    } catch (error) {
      this.#giveBack(destination, groups);
      throw error;
    } finally {
      for (const { name } of groups) topic.count(destination, name, -1);
    }
    for (const { name } of groups) this.#kept.delete(keyName(destination, name));
    for (const { id, messages } of moving) held.leave(id, messages);
  }

  /** What could not be parked goes on where it is, and what comes later for its key comes behind it. */
  #giveBack(destination: string, groups: readonly Group[]): void {
    const { held, onReturned } = this.#options;
    for (const { name, deliveries } of groups) {
      const current = deliveries.flatMap(({ id }) => held.store.delivery(id)?.stored ?? []);
      // Others have come by what was published of it.
      const left = current.filter(({ id }) => !held.isParked(id));
      if (left.length === deliveries.length) this.#kept.add(keyName(destination, name));
      onReturned(left);
    }
  }
}
