import { messageOf, type Logger } from '@dest/core';
import { setTimeout as pause } from 'node:timers/promises';
import { backoffDelay } from '../sending/backoff';
import type { Topic } from '../topic';
import type { PulsarTransport } from '../transport/pulsar-transport';
import { DestinationFeed, type Arrival } from './destination-feed';
import type { Hosts } from './hosts';

/** How long it is waited at most until what was published before has come. */
const PATIENCE_MS = 10_000;

const LOOK_EVERY_MS = 20;

/** How long it is waited until one that could not be opened is tried again. */
const AGAIN = { initialMs: 500, maxMs: 30_000 };

export interface FeedsOptions {
  readonly transport: PulsarTransport;
  readonly topic: Topic;
  readonly maxHeld: number;
  readonly logger: Logger;
  readonly hosts: Pick<Hosts, 'isAlone' | 'isReadElsewhere'>;
  /** True for what was parked. */
  readonly isParked: boolean;
  /** Whether a destination has a subscription, as far as all hosts know. */
  readonly exists: (destination: string) => boolean;
  /** Has all hosts know that a destination has a subscription. */
  readonly announce: (destination: string) => Promise<void>;
  /** Has all hosts know that this one reads what is for a destination. */
  readonly reads: (destination: string) => Promise<void>;
  readonly onArrival: (arrival: Arrival) => void;
  readonly onGone: (isOfFeed: (name: string) => boolean) => void;
  /** Publishes a marker for one destination. */
  readonly publishMarker: (marker: string, destination: string) => Promise<void>;
  readonly newMarker: () => string;
}

/**
 * The subscriptions that this host reads: of destinations that it delivers to, as far as it was asked for them; and of those
 * that it was to look at, or to make ready, until another host delivers to them.
 */
export class Feeds {
  readonly #options: FeedsOptions;
  readonly #feeds = new Map<string, Promise<DestinationFeed>>();
  /** Those that are there. */
  readonly #open = new Map<string, DestinationFeed>();
  /** Destinations that are to be read as soon as somebody has made their subscription. */
  readonly #wanted = new Set<string>();
  /** Those that could not be opened, with how often, and what opens them again. */
  readonly #failed = new Map<string, { readonly times: number; readonly timer: NodeJS.Timeout }>();
  #isClosed = false;

  constructor(options: FeedsOptions) {
    this.#options = options;
  }

  /** The subscription of a destination where it is there, and what was published before has come. */
  ready(destination: string): DestinationFeed | undefined {
    return this.#open.get(destination);
  }

  /** Whether a destination has yet to be asked for, or to come: then `want` has something to do. */
  isMissing(destination: string): boolean {
    if (!this.#wanted.has(destination)) return true;
    return !this.#open.has(destination) && this.#options.exists(destination);
  }

  /** Whether opening a destination failed, and is tried again by itself. */
  isFailing(destination: string): boolean {
    return this.#failed.has(destination);
  }

  /** Reads a destination from now on, where there is something to read. Resolves when what waits there has come. */
  async want(destination: string): Promise<void> {
    const { exists, reads } = this.#options;
    this.#wanted.add(destination);
    if (!exists(destination)) return;
    await this.#feed(destination);
    // Also where it was there before.
    await reads(destination);
  }

  /** Whether a destination could be looked at, and no host is there that reads it: then `look` has something to do. */
  isUnseen(destination: string): boolean {
    const { exists, hosts } = this.#options;
    return !this.#open.has(destination) && exists(destination) && !hosts.isReadElsewhere(destination);
  }

  /** Reads a destination until another host does. Resolves when what waits there has come. */
  async look(destination: string): Promise<void> {
    await this.#feed(destination);
  }

  /** Gives up what other hosts read and this one only looked at: here it would wait for ever. */
  giveUpLooks(): void {
    const { hosts, logger } = this.#options;
    for (const [destination, feed] of this.#open) {
      if (this.#wanted.has(destination) || !hosts.isReadElsewhere(destination)) continue;
      this.#open.delete(destination);
      this.#feeds.delete(destination);
      feed.giveUp().catch((error: unknown) => {
        logger.warn(`What is for ${destination} could not be given up: ${messageOf(error)}`, { destination });
      });
    }
  }

  /**
   * Makes ready for what is published for destinations: those that have no subscription get one, so that it is kept for them.
   * Undefined where nothing is to be done.
   */
  prepare(destinations: readonly string[]): Promise<void> | undefined {
    const missing = destinations.filter((destination) => !this.isPrepared(destination));
    if (missing.length === 0) return undefined;
    return Promise.all(missing.map((destination) => this.#prepare(destination))).then(() => undefined);
  }

  /**
   * Whether what is published for a destination is kept for it, and comes here where no other host reads it. That there was
   * a subscription is not enough: whoever removes it tells no host.
   */
  isPrepared(destination: string): boolean {
    const { exists, hosts } = this.#options;
    return exists(destination) && (this.#open.has(destination) || hosts.isReadElsewhere(destination));
  }

  /** Says that there is a subscription of a destination. */
  appeared(destination: string): void {
    if (this.#wanted.has(destination)) this.#feed(destination).catch(() => undefined);
  }

  /** Closes all. Safe twice. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { timer } of this.#failed.values()) clearTimeout(timer);
    const feeds = [...this.#feeds.values()];
    this.#feeds.clear();
    this.#open.clear();
    await Promise.all(feeds.map(async (feed) => (await feed.catch(() => undefined))?.close()));
  }

  async #prepare(destination: string): Promise<void> {
    const { exists, announce } = this.#options;
    const isNew = !exists(destination);
    await this.#feed(destination);
    if (isNew) await announce(destination);
  }

  #feed(destination: string): Promise<DestinationFeed> {
    let feed = this.#feeds.get(destination);
    if (feed === undefined) {
      feed = this.#openFeed(destination);
      this.#feeds.set(destination, feed);
      feed.then(
        () => this.#failed.delete(destination),
        (error: unknown) => this.#openAgain(destination, error),
      );
    }
    return feed;
  }

  /** What comes from other hosts may be all that ever asks for it. */
  #openAgain(destination: string, error: unknown): void {
    this.#feeds.delete(destination);
    if (this.#isClosed || !this.#wanted.has(destination)) return;
    const { topic, logger } = this.#options;
    const message = `The outbox can't read what is for ${destination}, and tries again: ${messageOf(error)}`;
    logger.warn(message, { topic: topic.full, destination });
    const { times = 0, timer: before } = this.#failed.get(destination) ?? {};
    clearTimeout(before);
    const timer = setTimeout(() => this.appeared(destination), backoffDelay(times, AGAIN, Math.random()));
    timer.unref();
    this.#failed.set(destination, { times: times + 1, timer });
  }

  async #openFeed(destination: string): Promise<DestinationFeed> {
    const { reads } = this.#options;
    const feed = await DestinationFeed.open({ ...this.#options, destination });
    try {
      await Promise.all([this.#wanted.has(destination) ? reads(destination) : undefined, this.#catchUp(feed)]);
    } catch (error) {
      await feed.close();
      throw error;
    }
    if (this.#isClosed) await feed.close();
    else this.#open.set(destination, feed);
    return feed;
  }

  /** With other hosts there, nobody knows what is whose: then there is nothing to wait for. */
  async #catchUp(feed: DestinationFeed): Promise<void> {
    const { hosts, newMarker, publishMarker } = this.#options;
    if (hosts.isAlone) {
      const marker = newMarker();
      let hasCome = false;
      const coming = feed.marked(marker).then(() => (hasCome = true));
      await publishMarker(marker, feed.destination);
      const until = performance.now() + PATIENCE_MS;
      while (!hasCome && !feed.isFull && hosts.isAlone && performance.now() < until) {
        await Promise.race([coming, pause(LOOK_EVERY_MS)]);
      }
    }
    feed.caughtUp();
  }
}
