import type { ConnectionLease } from '@dest/core';
import { closedError } from './sending/closed-error';
import type { Topic } from './topic';
import type { PulsarProducer } from './transport/pulsar-transport';
import { untilAborted } from './until-aborted';

export interface ProducerPoolOptions {
  /** How many may be open at once. */
  readonly max: number;
  readonly acquire: (topic: Topic) => Promise<ConnectionLease<PulsarProducer>>;
}

interface Entry {
  readonly lease: Promise<ConnectionLease<PulsarProducer>>;
  users: number;
}

/**
 * Producers of many topics, few of which are open at once. Where all are open that may be, the one that was not used for
 * longest makes room; one with something on its way is never closed, so who needs another topic then waits.
 */
export class ProducerPool {
  readonly #max: number;
  readonly #acquire: ProducerPoolOptions['acquire'];
  /** By the topic's full name, least recently used first. */
  readonly #entries = new Map<string, Entry>();
  /** Who waits for room, first come first. */
  readonly #waiting = new Set<() => void>();
  #closed = false;

  constructor({ max, acquire }: ProducerPoolOptions) {
    this.#max = max;
    this.#acquire = acquire;
  }

  /**
   * Does something with the topic's producer, which stays open until it is done.
   * Rejects with what `work` rejects with, with why no producer could be opened, and with TransientError: PULSAR_DEADLINE
   * when `signal` is aborted before there is one, PULSAR_CLOSED.
   */
  async use<Result>(
    topic: Topic,
    signal: AbortSignal,
    work: (producer: PulsarProducer) => Promise<Result>,
  ): Promise<Result> {
    const entry = await this.#enter(topic, signal);
    try {
      const { connection } = await untilAborted(entry.lease, signal, nothing);
      return await work(connection);
    } finally {
      entry.users -= 1;
      if (entry.users === 0) this.#wakeOne();
    }
  }

  /** Closes all, and turns away who waits. Safe twice. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const wake of this.#waiting) wake();
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.all(entries.map(release));
  }

  async #enter(topic: Topic, signal: AbortSignal): Promise<Entry> {
    let waited = false;
    for (;;) {
      if (this.#closed) throw closedError(topic.full);
      const known = this.#entries.get(topic.full);
      const entry = known ?? this.#open(topic);
      if (entry !== undefined) {
        entry.users += 1;
        this.#entries.delete(topic.full);
        this.#entries.set(topic.full, entry);
        // It was woken for room that it turned out not to need.
        if (waited && known !== undefined) this.#wakeOne();
        return entry;
      }
      await this.#room(signal);
      waited = true;
    }
  }

  /** Undefined where there is no room. */
  #open(topic: Topic): Entry | undefined {
    const idle = this.#entries.size < this.#max ? undefined : this.#takeIdle();
    if (this.#entries.size >= this.#max) return undefined;
    const lease = this.#openAfter(idle, topic);
    const entry: Entry = { lease, users: 0 };
    lease.catch(() => {
      if (this.#entries.get(topic.full) === entry) this.#entries.delete(topic.full);
      this.#wakeOne();
    });
    return entry;
  }

  /** The one that was not used for longest, of those that have nothing on its way. */
  #takeIdle(): Entry | undefined {
    for (const [name, entry] of this.#entries) {
      if (entry.users > 0) continue;
      this.#entries.delete(name);
      return entry;
    }
    return undefined;
  }

  async #openAfter(idle: Entry | undefined, topic: Topic): Promise<ConnectionLease<PulsarProducer>> {
    if (idle !== undefined) await release(idle);
    const lease = await this.#acquire(topic);
    if (!this.#closed) return lease;
    await lease.release();
    throw closedError(topic.full);
  }

  async #room(signal: AbortSignal): Promise<void> {
    let wake = nothing as () => void;
    const room = new Promise<void>((resolve) => {
      wake = resolve;
      this.#waiting.add(wake);
    });
    try {
      await untilAborted(room, signal, nothing);
    } catch (error) {
      // If it was woken meanwhile, somebody else can have the room.
      if (!this.#waiting.delete(wake)) this.#wakeOne();
      throw error;
    }
  }

  #wakeOne(): void {
    const [first] = this.#waiting;
    if (first === undefined) return;
    this.#waiting.delete(first);
    first();
  }
}

async function release({ lease }: Entry): Promise<void> {
  await lease.then(
    async (acquired) => acquired.release().catch(nothing),
    () => undefined,
  );
}

async function nothing(): Promise<void> {
  return Promise.resolve();
}
