import { createHash } from 'node:crypto';
import { TransientError } from '@dest/core';
import { setTimeout as pause } from 'node:timers/promises';
import type { Topic } from '../../src/topic';
import type { ConsumerListener, ConsumerOptions, PulsarConsumer } from '../../src/transport/pulsar-consumer';
import type { PulsarReader, ReadCursor, ReaderListener } from '../../src/transport/pulsar-reader';
import type { PulsarMessage, PulsarProducer, PulsarTransport } from '../../src/transport/pulsar-transport';

interface Entry {
  readonly index: number;
  readonly id: string;
  readonly payload: Buffer;
  readonly key: string | undefined;
  readonly properties: Readonly<Record<string, string>>;
  readonly publishTime: number;
}

/**
 * A cluster in memory, with what matters of Pulsar: a subscription keeps what it has not acknowledged, and the topic only
 * that; Key_Shared gives a key to one consumer at a time, in order, and to another one only when nothing of it is out;
 * Failover gives all to one; what a consumer leaves comes again; everything takes a turn of the event loop.
 */
export class MemoryCluster {
  readonly #topics = new Map<string, MemoryTopic>();
  /** Makes the next sends fail, after or before they are stored. */
  failSends: 'stored' | 'lost' | undefined;
  /** The only topic whose sends fail then; undefined for all. */
  failedTopic: string | undefined;
  /** How long an answer to what was sent takes: by default less than it takes to come to a consumer. */
  answerMs = 0;

  /** A connection of one host. */
  connect(): MemoryTransport {
    return new MemoryTransport(this);
  }

  /** How many read anything. */
  get connections(): number {
    return [...this.#topics.values()].reduce((sum, { connections }) => sum + connections, 0);
  }

  topic(name: string): MemoryTopic {
    let topic = this.#topics.get(name);
    if (topic === undefined) this.#topics.set(name, (topic = new MemoryTopic()));
    return topic;
  }
}

export class MemoryTransport implements PulsarTransport {
  readonly #cluster: MemoryCluster;
  readonly consumers = new Set<MemoryConsumer>();

  constructor(cluster: MemoryCluster) {
    this.#cluster = cluster;
  }

  async openProducer(topic: Topic): Promise<PulsarProducer> {
    await nextTurn();
    const cluster = this.#cluster;
    const send = async (message: PulsarMessage): Promise<string> => {
      // Stored in the order of the calls.
      const fails = (cluster.failedTopic ?? topic.full) === topic.full ? cluster.failSends : undefined;
      const stored = fails === 'lost' ? 'lost' : cluster.topic(topic.full).publish(message);
      await (cluster.answerMs === 0 ? nextTurn() : pause(cluster.answerMs));
      if (fails !== undefined) {
        throw new TransientError('No answer came.', { code: 'PULSAR_DISCONNECTED', scope: 'destination' });
      }
      return stored;
    };
    return {
      send,
      sendAll: () => Promise.reject(new Error('not needed here')),
      close: () => Promise.resolve(),
    };
  }

  async openConsumer(topic: Topic, options: ConsumerOptions, listener: ConsumerListener): Promise<PulsarConsumer> {
    await nextTurn();
    const consumer = this.#cluster.topic(topic.full).subscribe(options, listener);
    this.consumers.add(consumer);
    return consumer;
  }

  async openReader(topic: Topic, after: ReadCursor | undefined, listener: ReaderListener): Promise<PulsarReader> {
    await nextTurn();
    return this.#cluster
      .topic(topic.full)
      .read(after === undefined ? -1 : (after as { index: number }).index, listener);
  }

  /** Breaks the connections of all consumers, as when the broker goes; they connect again by themselves. */
  async loseConsumers(): Promise<void> {
    for (const consumer of this.consumers) consumer.lose();
    await nextTurn();
    for (const consumer of this.consumers) consumer.reconnect();
  }

  /** Ends as a process does that is killed: nobody is told anything. */
  kill(): void {
    for (const consumer of this.consumers) consumer.lose(true);
  }

  authenticate(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

class MemoryTopic {
  /** More than one: each has ledgers of its own. */
  partitions = 1;
  readonly #entries: Entry[] = [];
  readonly #subscriptions = new Map<string, MemorySubscription>();
  readonly #readers = new Set<(entry: Entry) => void>();

  get subscriptions(): readonly string[] {
    return [...this.#subscriptions.keys()];
  }

  /** How many read it: consumers of all subscriptions, and readers. */
  get connections(): number {
    const consumers = [...this.#subscriptions.values()].map((one) => one.consumers.length);
    return consumers.reduce((sum, count) => sum + count, this.#readers.size);
  }

  /** How many messages are kept for a subscription. */
  backlog(subscription: string): number {
    return this.#subscriptions.get(subscription)?.backlog ?? 0;
  }

  /** The first message that is there: what no subscription needs is gone at once. */
  get firstKept(): number {
    return Math.min(...[...this.#subscriptions.values()].map((one) => one.firstKept), this.#entries.length);
  }

  /** How many of them are with no consumer. */
  held(subscription: string): number {
    return this.#subscriptions.get(subscription)?.held ?? 0;
  }

  /** Stores the last message once more, as where a producer sends again what it has no answer to. */
  repeatLast(): void {
    const { payload, key, properties } = this.#entries.at(-1) as Entry;
    this.publish({ payload, ...(key === undefined ? {} : { key }), properties });
  }

  publish({ payload, key, properties }: PulsarMessage): string {
    const index = this.#entries.length;
    const partition = this.partitions === 1 ? -1 : (key ?? '').length % this.partitions;
    const id = `${partition + 2}:${index}:${partition}:-1`;
    const entry = { index, id, payload: Buffer.from(payload), key, properties, publishTime: Date.now() };
    this.#entries.push(entry);
    for (const subscription of this.#subscriptions.values()) subscription.offer(entry);
    for (const reader of this.#readers) reader(entry);
    return id;
  }

  subscribe(options: ConsumerOptions, listener: ConsumerListener): MemoryConsumer {
    let subscription = this.#subscriptions.get(options.subscription);
    if (subscription === undefined) {
      subscription = new MemorySubscription(options.type);
      this.#subscriptions.set(options.subscription, subscription);
      if (options.initialPosition === 'earliest') for (const entry of this.#entries) subscription.offer(entry);
    }
    return new MemoryConsumer(subscription, options, listener);
  }

  read(after: number, { onMessage }: ReaderListener): PulsarReader {
    let isClosed = false;
    const give = (entry: Entry): void => {
      if (isClosed) return;
      const { id, payload, properties, index } = entry;
      onMessage({ id, payload, properties, cursor: { index } });
    };
    const take = (entry: Entry): void => void setImmediate(() => give(entry));
    for (const entry of this.#entries.slice(Math.max(after + 1, this.firstKept))) take(entry);
    this.#readers.add(take);
    return {
      close: async () => {
        isClosed = true;
        this.#readers.delete(take);
      },
    };
  }
}

class MemorySubscription {
  readonly consumers: MemoryConsumer[] = [];
  readonly #type: ConsumerOptions['type'];
  /** Neither out nor acknowledged, ascending. */
  #waiting: Entry[] = [];
  /** Who has what. */
  readonly #out = new Map<Entry, MemoryConsumer>();
  #isScheduled = false;

  constructor(type: ConsumerOptions['type']) {
    this.#type = type;
  }

  get backlog(): number {
    return this.#waiting.length + this.#out.size;
  }

  get held(): number {
    return this.#waiting.length;
  }

  get firstKept(): number {
    return Math.min(...[...this.#waiting.slice(0, 1), ...this.#out.keys()].map(({ index }) => index));
  }

  offer(entry: Entry): void {
    this.#waiting.push(entry);
    this.schedule();
  }

  acknowledge(entry: Entry, by: MemoryConsumer): void {
    if (this.#out.get(entry) !== by) return;
    this.#out.delete(entry);
    by.unacknowledged--;
    this.schedule();
  }

  add(consumer: MemoryConsumer): void {
    this.consumers.push(consumer);
    this.schedule();
  }

  remove(consumer: MemoryConsumer): void {
    const place = this.consumers.indexOf(consumer);
    if (place >= 0) this.consumers.splice(place, 1);
    for (const [entry, owner] of this.#out) {
      if (owner !== consumer) continue;
      this.#out.delete(entry);
      this.#waiting.push(entry);
    }
    consumer.unacknowledged = 0;
    this.#waiting.sort((left, right) => left.index - right.index);
    this.schedule();
  }

  schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    if (this.consumers.length === 0) return;
    const left: Entry[] = [];
    const blocked = new Set<string | undefined>();
    const holders = new Map<string | undefined, MemoryConsumer>();
    for (const [entry, consumer] of this.#out) holders.set(entry.key, consumer);
    for (const entry of this.#waiting) {
      const consumer = this.#consumerFor(entry);
      const holder = holders.get(entry.key);
      const isDrained = this.#type !== 'Key_Shared' || holder === undefined || holder === consumer;
      if (blocked.has(entry.key) || !isDrained || !consumer.hasRoom) {
        blocked.add(entry.key);
        left.push(entry);
        continue;
      }
      this.#out.set(entry, consumer);
      holders.set(entry.key, consumer);
      consumer.give(entry);
    }
    this.#waiting = left;
  }

  #consumerFor({ key }: Entry): MemoryConsumer {
    const [first, ...others] = this.consumers as [MemoryConsumer, ...MemoryConsumer[]];
    if (this.#type !== 'Key_Shared') return first;
    const weight = ({ name }: MemoryConsumer): string => createHash('md5').update(`${name} ${key}`).digest('hex');
    return others.reduce((best, other) => (weight(other) > weight(best) ? other : best), first);
  }
}

let consumerCount = 0;

class MemoryConsumer implements PulsarConsumer {
  readonly name = `consumer-${++consumerCount}`;
  unacknowledged = 0;
  readonly #subscription: MemorySubscription;
  readonly #options: ConsumerOptions;
  readonly #listener: ConsumerListener;
  #session = 0;
  #isGone = false;

  constructor(subscription: MemorySubscription, options: ConsumerOptions, listener: ConsumerListener) {
    this.#subscription = subscription;
    this.#options = options;
    this.#listener = listener;
    subscription.add(this);
  }

  get hasRoom(): boolean {
    return this.unacknowledged < this.#options.receiverQueueSize;
  }

  give(entry: Entry): void {
    this.unacknowledged++;
    const session = this.#session;
    const { id, payload, key, properties, publishTime } = entry;
    const isCurrent = (): boolean => session === this.#session && !this.#isGone;
    setImmediate(() => {
      if (!isCurrent()) return;
      this.#listener.onMessage({
        id,
        payload,
        ...(key === undefined ? {} : { key }),
        properties,
        publishTime,
        isCurrent,
        acknowledge: () => {
          if (isCurrent()) this.#subscription.acknowledge(entry, this);
        },
      });
    });
  }

  lose(forEver = false): void {
    this.#session++;
    this.#isGone ||= forEver;
    this.#subscription.remove(this);
    if (!forEver) this.#listener.onLost();
  }

  reconnect(): void {
    if (this.#isGone) return;
    this.#subscription.add(this);
    this.#listener.onTrouble(undefined);
  }

  async close(): Promise<void> {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#subscription.remove(this);
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
