import { messageOf, TransientError, type Logger } from '@dest/core';
import { setTimeout as pause } from 'node:timers/promises';
import type { Topic } from '../topic';
import { comparePositions } from '../transport/position';
import type { PulsarConsumer } from '../transport/pulsar-consumer';
import type { PulsarReader, ReadCursor, ReadMessage } from '../transport/pulsar-reader';
import type { PulsarProducer, PulsarTransport } from '../transport/pulsar-transport';
import { decodePayload, encodePayload } from './payload';
import { isNumber, isText, objectWith, type Test } from './shape';
import { TopicKeeper, type Kept, type Restatement } from './topic-keeper';

/** How long nothing may come of what is waited for. */
const PATIENCE_MS = 30_000;

const LOOK_EVERY_MS = 1_000;

/** An entry as it was read. */
export interface FollowedEntry<Entry> {
  readonly entry: Entry;
  /** Pulsar's id of its message. */
  readonly place: string;
  /** Reading that begins there begins with this entry; undefined for the beginning of the topic. */
  readonly before: ReadCursor | undefined;
}

export interface FollowedTopicOptions<Entry, Trace> {
  readonly transport: PulsarTransport;
  readonly topic: Topic;
  /** Whose entries are the own ones. */
  readonly run: string;
  readonly logger: Logger;
  /** Whether it is an entry: others may write to the topic. */
  readonly isEntry: Test;
  /** Takes in an entry, of this host or another: all hosts take in the same ones, in the same order. Must not throw. */
  readonly apply: (followed: FollowedEntry<Entry>) => void;
  /** What has to be known of an entry to tell whether it is needed. */
  readonly traceOf: (entry: Entry) => Trace;
  /** Whether an entry has to be there for a host that starts; asked now and then, once it was taken in. */
  readonly isNeeded: (trace: Trace, place: string) => boolean;
  /** What of that which is needed is better written once more. */
  readonly restate: (needed: readonly Kept<Trace>[]) => readonly Restatement<Trace>[];
}

/** What a message of a followed topic holds. */
interface Line<Entry> {
  readonly v: 1;
  readonly run: string;
  readonly count: number;
  readonly entry: Entry;
}

const isLine = objectWith({ run: isText, count: isNumber });

/**
 * A topic that every host writes to and reads from its beginning: a small state that all have in common. What is no longer
 * needed of it is let go by one host at a time.
 */
export class FollowedTopic<Entry, Trace> {
  readonly #options: FollowedTopicOptions<Entry, Trace>;
  readonly #written = new Map<number, () => void>();
  #producer!: PulsarProducer;
  #reader!: PulsarReader;
  #keeper!: PulsarConsumer;
  #upkeep: TopicKeeper<Trace> | undefined;
  #count = 0;
  #cursor: ReadCursor | undefined;
  #lastPlace: string | undefined;
  #lastCame = 0;

  private constructor(options: FollowedTopicOptions<Entry, Trace>) {
    this.#options = options;
  }

  /** Resolves when it is followed; where it was then is known when the first own entry is written. */
  static async open<Entry, Trace>(options: FollowedTopicOptions<Entry, Trace>): Promise<FollowedTopic<Entry, Trace>> {
    const followed = new FollowedTopic(options);
    try {
      await followed.#open();
      return followed;
    } catch (error) {
      await followed.close();
      throw error;
    }
  }

  /** Resolves when it is stored and taken in here. @throws what sending throws; TransientError `PULSAR_OUTBOX_BEHIND` */
  async write(entry: Entry): Promise<void> {
    const { run, topic } = this.#options;
    const count = ++this.#count;
    const line: Line<Entry> = { v: 1, run, count, entry };
    const applied = new Promise<void>((resolve) => this.#written.set(count, resolve));
    try {
      const message = { payload: encodePayload(JSON.stringify(line)), properties: {} };
      await this.#producer.send(message, AbortSignal.timeout(PATIENCE_MS));
      await this.#untilRead(applied, `${topic.full}: nothing could be read for ${PATIENCE_MS} ms.`);
    } finally {
      this.#written.delete(count);
    }
  }

  /**
   * Reads entries again, from a place on, until `isEnough`.
   *
   * @param isEnough is asked after each entry, and now and then
   */
  async readAgain(
    from: ReadCursor | undefined,
    take: (followed: FollowedEntry<Entry>) => void,
    isEnough: () => boolean,
  ): Promise<void> {
    const { transport, topic } = this.#options;
    let cursor = from;
    let done = (): void => undefined;
    const ended = new Promise<void>((resolve) => (done = resolve));
    const reader = await transport.openReader(topic, from, {
      onMessage: (message) => {
        const entry = this.#entryOf(message)?.entry;
        this.#lastCame = performance.now();
        if (entry !== undefined) take({ entry, place: message.id, before: cursor });
        if (isEnough()) done();
        cursor = message.cursor;
      },
      onTrouble: () => undefined,
    });
    try {
      await this.#untilRead(ended, `${topic.full}: could not be read again within ${PATIENCE_MS} ms.`, isEnough);
    } finally {
      await reader.close();
    }
  }

  /** Safe where opening failed. */
  async close(): Promise<void> {
    this.#upkeep?.stop();
    await Promise.all([this.#keeper?.close(), this.#reader?.close(), this.#producer?.close()]);
  }

  async #open(): Promise<void> {
    const { transport, topic, logger, apply, traceOf, isNeeded, restate } = this.#options;
    const onTrouble = (problem: unknown): void => {
      if (problem !== undefined) logger.warn(`The outbox can't follow ${topic.full}: ${messageOf(problem)}`);
    };
    const hasRead = (place: string): boolean => this.#hasRead(place);
    this.#upkeep = new TopicKeeper({ isNeeded, hasRead, restate });
    // First of all: what nobody subscribes to, Pulsar doesn't keep.
    this.#keeper = await transport.openConsumer(
      topic,
      {
        subscription: 'dest-keeper',
        type: 'Failover',
        initialPosition: 'earliest',
        receiverQueueSize: Infinity,
      },
      {
        onMessage: (message) => {
          const line = this.#entryOf(message);
          // What only a newer version can read is for that one to let go.
          if (line !== undefined) this.#upkeep?.add(message, traceOf(line.entry));
        },
        onLost: () => this.#upkeep?.clear(),
        onTrouble: () => undefined,
      },
    );
    this.#producer = await transport.openProducer(topic);
    this.#reader = await transport.openReader(topic, undefined, {
      onMessage: (message) => {
        const line = this.#entryOf(message);
        const before = this.#cursor;
        this.#cursor = message.cursor;
        this.#lastPlace = message.id;
        this.#lastCame = performance.now();
        if (line === undefined) return;
        apply({ entry: line.entry, place: message.id, before });
        if (line.run === this.#options.run) this.#written.get(line.count)?.();
      },
      onTrouble,
    });
  }

  /** Waits as long as something comes: who starts may have much to read. @throws TransientError `PULSAR_OUTBOX_BEHIND` */
  async #untilRead(done: Promise<void>, message: string, isEnough = (): boolean => false): Promise<void> {
    let isDone = false;
    const waiting = done.then(() => (isDone = true));
    this.#lastCame = performance.now();
    while (!isDone && !isEnough()) {
      await Promise.race([waiting, pause(LOOK_EVERY_MS, undefined, { ref: false })]);
      if (!isDone && performance.now() - this.#lastCame > PATIENCE_MS) {
        throw new TransientError(message, { code: 'PULSAR_OUTBOX_BEHIND', scope: 'destination' });
      }
    }
  }

  #hasRead(place: string): boolean {
    return this.#lastPlace !== undefined && comparePositions(place, this.#lastPlace) <= 0;
  }

  /** Undefined where it is none that this version can read. */
  #entryOf({ payload }: Pick<ReadMessage, 'payload'>): Line<Entry> | undefined {
    try {
      const line = decodePayload(payload) as Line<Entry>;
      return line.v === 1 && isLine(line) && this.#options.isEntry(line.entry) ? line : undefined;
    } catch {
      return undefined;
    }
  }
}
