import { setTimeout as pause } from 'node:timers/promises';
import { TransientError, type Clock } from '@dest/core';
import type { RecordToWrite } from './envelope-record';
import type { Feeds } from './feeds';
import type { Journal } from './journal';
import { keyName } from './key-name';
import type { Publisher } from './publisher';

/** How soon what could not be published is tried again. */
const AGAIN_MS = 500;

export interface ParkingTopicOptions {
  readonly clock: Clock;
  readonly journal: Journal;
  /** Of the topic of what is parked. */
  readonly feeds: Feeds;
  /** Of the same. */
  readonly publisher: Publisher;
}

/** What is on its way there, with the name of its key. */
export interface ParkedRecord {
  readonly name: string;
  readonly record: RecordToWrite;
}

/** Publishes what is parked, and knows of what it is on its way. */
export class ParkingTopic {
  readonly #options: ParkingTopicOptions;
  /** Keys of which something is on its way there that may not be said to all hosts yet, with how many. */
  readonly #onTheirWay = new Map<string, number>();
  #isClosed = false;

  constructor(options: ParkingTopicOptions) {
    this.#options = options;
  }

  /** Whether deliveries of a key are on their way to where they are parked. */
  holds(destination: string, key: string): boolean {
    return this.#onTheirWay.size > 0 && this.#onTheirWay.has(keyName(destination, key));
  }

  /** Notes that so many more, or fewer, of a key are on their way. */
  count(destination: string, key: string, change: number): void {
    const name = keyName(destination, key);
    const count = (this.#onTheirWay.get(name) ?? 0) + change;
    if (count === 0) this.#onTheirWay.delete(name);
    else this.#onTheirWay.set(name, count);
  }

  /** Tries nothing again from now on. */
  close(): void {
    this.#isClosed = true;
  }

  /**
   * First it is said up to where keys are parked: whoever gets more of them has to know before what is parked is done.
   *
   * @param patienceMs how long what fails is tried again: where it is given up, what was said of the key doesn't hold
   */
  async publish(destination: string, moving: readonly ParkedRecord[], patienceMs: number): Promise<void> {
    const { clock, feeds, journal, publisher } = this.#options;
    await feeds.prepare([destination]);
    const last = new Map(moving.map(({ name, record }) => [name, record.number]));
    await Promise.all(Array.from(last, ([key, until]) => journal.write({ kind: 'parked', destination, key, until })));
    const until = clock.now() + patienceMs;
    for (let left = moving; left.length > 0;) {
      const answers = await Promise.allSettled(left.map(({ record }) => publisher.publish(record)));
      const failed = answers.find((answer) => answer.status === 'rejected');
      if (failed === undefined) return;
      const isHopeless = !(failed.reason instanceof TransientError) || this.#isClosed;
      if (isHopeless || clock.now() >= until) throw failed.reason;
      left = fromTheFirstFailure(left, answers);
      await pause(AGAIN_MS);
    }
  }
}

/** Of each key what failed and all that is behind it: sent again, it is in order. What was stored twice is taken once. */
function fromTheFirstFailure(
  records: readonly ParkedRecord[],
  answers: readonly PromiseSettledResult<void>[],
): readonly ParkedRecord[] {
  const names = new Set<string>();
  return records.filter(({ name }, index) => {
    if (answers[index]?.status === 'rejected') names.add(name);
    return names.has(name);
  });
}
