import { messageOf, type Logger } from '@dest/core';
import type { Topic } from '../topic';
import { comparePositions, partitionOf } from '../transport/position';
import type { PulsarConsumer, ReceivedMessage } from '../transport/pulsar-consumer';
import type { PulsarTransport } from '../transport/pulsar-transport';
import { RECORD_VERSION, type EnvelopeRecord, type MarkerRecord } from './envelope-record';
import { fingerprint } from './fingerprint';
import { isRecord } from './is-record';
import { decodePayload } from './payload';
import { RecentMap } from './recent-map';

/** Which destinations a record is for, so that the others need not read it. */
export const DESTINATIONS_PROPERTY = 'destinations';

const NAME_AS_IT_IS = /^[\w.-]{1,100}$/;

const MOST_KEYS = 100_000;

/** How long nothing may have come after a connection was there again, until what has not come is taken for another host's. */
const QUIET_MS = 3_000;

/** A record that came for one destination. */
export interface Arrival {
  readonly feed: DestinationFeed;
  readonly record: EnvelopeRecord;
  /** Which of its copies is this destination's. */
  readonly index: number;
  /** The message's name among those of all subscriptions. */
  readonly name: string;
  readonly message: ReceivedMessage;
  /** True where it did not come as something new: it may have been with another host before. */
  readonly isLate: boolean;
  /** True where nothing of its key came here lately: another host may have had the key. */
  readonly isNewKey: boolean;
}

export interface DestinationFeedOptions {
  readonly transport: PulsarTransport;
  readonly topic: Topic;
  readonly destination: string;
  readonly maxHeld: number;
  /** True for what was parked. */
  readonly isParked: boolean;
  readonly logger: Logger;
  /** Must not throw. */
  readonly onArrival: (arrival: Arrival) => void;
  /** What came before, and did not come again since the connection was lost and there again, is another host's. */
  readonly onGone: (name: (message: string) => boolean) => void;
}

/** The subscription of one destination on one topic: shared with other hosts by key. */
export class DestinationFeed {
  readonly destination: string;
  readonly isParked: boolean;
  readonly #options: DestinationFeedOptions;
  readonly #prefix: string;
  readonly #marks = new Map<string, () => void>();
  #consumer: PulsarConsumer | undefined;
  readonly #openedAt = Date.now();
  /** By their ids: a message may come twice by one connection, where Pulsar has lost its own to the broker. */
  readonly #unacknowledged = new Set<string>();
  /** The last message of each partition. */
  readonly #highest = new Map<string, string>();
  /** What was read lately, with the connection that it came by: over another one, it may have been elsewhere meanwhile. */
  readonly #keys = new RecentMap<number>(MOST_KEYS);
  #isCaughtUp = false;
  /** Counts connections. */
  #session = 0;
  #lastCame = 0;
  #quiet: NodeJS.Timeout | undefined;
  #hasWarned = false;
  #isClosed = false;

  private constructor(options: DestinationFeedOptions) {
    this.#options = options;
    this.destination = options.destination;
    this.isParked = options.isParked;
    this.#prefix = `${options.topic.full} ${fingerprint(options.destination)} `;
  }

  /** Makes the subscription where there is none yet: it begins with what is published from then on. */
  static async open(options: DestinationFeedOptions): Promise<DestinationFeed> {
    const feed = new DestinationFeed(options);
    const { transport, topic, destination, maxHeld } = options;
    feed.#consumer = await transport.openConsumer(
      topic,
      {
        subscription: subscriptionOf(destination),
        type: 'Key_Shared',
        initialPosition: 'latest',
        receiverQueueSize: maxHeld,
      },
      {
        onMessage: (message) => feed.#take(message),
        onLost: () => feed.#lost(),
        onTrouble: (problem) => feed.#trouble(problem),
      },
    );
    return feed;
  }

  /** Whether no more can come until something is acknowledged. */
  get isFull(): boolean {
    return this.#unacknowledged.size >= this.#options.maxHeld;
  }

  /** Which connection it is by: a message of an earlier one is no longer this host's. */
  get session(): number {
    return this.#session;
  }

  /** Whether what was published before this host came has come. */
  get isCaughtUp(): boolean {
    return this.#isCaughtUp;
  }

  /** Says that what was published before this host came has come, or can't be waited for. */
  caughtUp(): void {
    this.#isCaughtUp = true;
  }

  /** Resolves when a marker has come. */
  async marked(marker: string): Promise<void> {
    await new Promise<void>((resolve) => this.#marks.set(marker, resolve));
    this.#marks.delete(marker);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#quiet);
    await this.#consumer?.close();
  }

  /** Closes, and says that what came is no longer this host's. */
  async giveUp(): Promise<void> {
    // Before others can have it.
    this.#isClosed = true;
    this.#options.onGone((name) => name.startsWith(this.#prefix));
    await this.close();
  }

  #take(received: ReceivedMessage): void {
    if (this.#isClosed) return;
    const { destination, onArrival } = this.#options;
    const message = this.#counted(received);
    this.#lastCame = performance.now();
    const partition = partitionOf(message.id);
    const highest = this.#highest.get(partition);
    const isBehind = highest !== undefined && comparePositions(message.id, highest) <= 0;
    if (!isBehind) this.#highest.set(partition, message.id);
    const isLate = isBehind || !this.#isCaughtUp || message.publishTime < this.#openedAt;
    const isNewKey = message.key === undefined || this.#keys.get(message.key) !== this.#session;
    if (message.key !== undefined) this.#keys.set(message.key, this.#session);
    if (!isFor(message, destination)) return message.acknowledge();
    const record = this.#read(message);
    // Unreadable, or written by a newer version: kept for a host that can.
    if (record === undefined) return;
    if ('marker' in record) {
      message.acknowledge();
      this.#marks.get(record.marker)?.();
      return;
    }
    const index = record.copies.findIndex(({ lane }) => lane.destination === destination);
    if (index < 0) return message.acknowledge();
    onArrival({ feed: this, record, index, name: this.#prefix + message.id, message, isLate, isNewKey });
  }

  #counted(message: ReceivedMessage): ReceivedMessage {
    const session = this.#session;
    this.#unacknowledged.add(message.id);
    return {
      ...message,
      isCurrent: () => !this.#isClosed && message.isCurrent(),
      acknowledge: () => {
        if (session === this.#session) this.#unacknowledged.delete(message.id);
        message.acknowledge();
      },
    };
  }

  #read(message: ReceivedMessage): EnvelopeRecord | MarkerRecord | undefined {
    let problem = 'it is none';
    try {
      const record = decodePayload(message.payload) as EnvelopeRecord | MarkerRecord;
      if (record.v > RECORD_VERSION) problem = 'it was written by a newer version';
      else if (record.v === RECORD_VERSION && isRecord(record)) return record;
    } catch (error) {
      problem = messageOf(error);
    }
    if (!this.#hasWarned) {
      this.#hasWarned = true;
      const { topic, logger } = this.#options;
      const fields = { code: 'PULSAR_RECORD_UNREADABLE', topic: topic.full, messageId: message.id };
      logger.warn(`A record of the outbox can't be read, and waits for a host that can: ${problem}`, fields);
    }
    return undefined;
  }

  #lost(): void {
    this.#session += 1;
    this.#unacknowledged.clear();
    clearTimeout(this.#quiet);
  }

  #trouble(problem: unknown): void {
    const { topic, destination, logger } = this.#options;
    if (problem !== undefined) {
      const fields = { topic: topic.full, destination };
      logger.warn(`The outbox can't read what is for ${destination}: ${messageOf(problem)}`, fields);
      return;
    }
    this.#lastCame = performance.now();
    this.#waitForQuiet();
  }

  #waitForQuiet(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => {
      if (performance.now() - this.#lastCame < QUIET_MS) return this.#waitForQuiet();
      this.#options.onGone((name) => name.startsWith(this.#prefix));
    }, QUIET_MS);
    this.#quiet.unref();
  }
}

/** A name for any destination. */
function subscriptionOf(destination: string): string {
  return NAME_AS_IT_IS.test(destination) ? `destination-${destination}` : `fingerprint-${fingerprint(destination)}`;
}

function isFor({ properties }: ReceivedMessage, destination: string): boolean {
  try {
    const destinations = JSON.parse(properties[DESTINATIONS_PROPERTY] ?? 'null') as readonly string[] | null;
    return !Array.isArray(destinations) || destinations.includes(destination);
  } catch {
    // Nothing that a host has written: what it is shows when it is read.
    return true;
  }
}
