import { failureOf, type Accept, type Failure } from '@dest/core';
import type { Topic } from '../topic';
import type { ConsumerListener, ReceivedMessage } from '../transport/pulsar-consumer';
import type { DeadLetters } from './dead-letters';
import { FullLanes } from './full-lanes';
import { Gate } from './gate';
import type { PulsarIntakeInit } from './intake-init';
import { KeyOrder } from './key-order';
import { readEnvelope } from './read-envelope';

const BACKOFF = { initialMs: 100, maxMs: 10_000 };

export interface MessageIntakeOptions {
  readonly accept: Accept;
  readonly deadLetters: DeadLetters;
  readonly topic: Topic;
  readonly init: PulsarIntakeInit;
  /** Is told what keeps messages from being taken in, and undefined once they are again. */
  readonly report: (problem: unknown) => void;
}

/**
 * Hands messages in, and acknowledges each when it is taken care of: in the outbox with all of its copies, or among the dead
 * letters. What the outbox, or the lane of a destination, can't take now is tried again here, and keeps its key waiting:
 * Pulsar sends nothing more meanwhile than may be unacknowledged. To hand it back to Pulsar would change the order of its key.
 */
export class MessageIntake implements ConsumerListener {
  readonly #options: MessageIntakeOptions;
  readonly #order = new KeyOrder();
  readonly #outbox = new Gate(BACKOFF);
  readonly #lanes = new FullLanes(BACKOFF);
  readonly #letters = new Gate(BACKOFF);
  readonly #underWay = new Set<Promise<void>>();
  #lettersFail = false;
  #connectionFails = false;
  #isStopped = false;

  constructor(options: MessageIntakeOptions) {
    this.#options = options;
  }

  onMessage(message: ReceivedMessage): void {
    if (this.#isStopped) return;
    // In a Shared subscription keys have no order.
    const key = this.#options.init.type === 'Shared' ? undefined : message.key;
    const work: Promise<void> = this.#order
      .run(key, () => this.#take(message))
      .finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
  }

  onLost(): void {
    this.#outbox.sweep();
    this.#lanes.sweep();
    this.#letters.sweep();
  }

  onTrouble(problem: unknown): void {
    this.#connectionFails = problem !== undefined;
    if (problem !== undefined || !this.#lettersFail) this.#options.report(problem);
  }

  /** Begins with nothing more; resolves when what is under way is acknowledged, or can't be now. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#outbox.end();
    this.#lanes.end();
    this.#letters.end();
    await Promise.all(this.#underWay);
  }

  /** Never rejects. */
  async #take(message: ReceivedMessage): Promise<void> {
    const failure = await this.#handIn(message);
    if (failure === 'given up') return;
    if (failure !== undefined && !(await this.#putAside(message, failure))) return;
    message.acknowledge();
  }

  /** Resolves to undefined when the outbox has all of it, to why it can never be, or that it was given up for now. */
  async #handIn(message: ReceivedMessage): Promise<Failure | 'given up' | undefined> {
    const { accept, topic, init } = this.#options;
    const { id, payload, publishTime, isCurrent } = message;
    let envelope: unknown;
    try {
      envelope = readEnvelope(payload, init.format);
    } catch (error) {
      return failureOf(error);
    }
    // With its time: a cluster that is set up anew begins its ids anew.
    const fallbackId = `${topic.full}:${id}:${publishTime}`;
    const source = init.source === undefined ? {} : { source: init.source };
    // A destination that had no room at the last try.
    let full: string | undefined;
    while (await this.#mayTry(full, isCurrent)) {
      try {
        const { owed } = await accept({ envelope, fallbackId, ...source });
        this.#outbox.worked();
        if (full === undefined || !owed.includes(full)) {
          if (full !== undefined) this.#lanes.worked(full);
          [full] = owed;
        }
        if (full === undefined) return undefined;
        this.#lanes.failed(full);
      } catch (error) {
        const failure = failureOf(error);
        if (full !== undefined) this.#lanes.failed(full);
        if (failure.retry === 'permanent') {
          // The outbox was not asked: that tells nothing about others.
          this.#outbox.worked();
          return failure;
        }
        this.#outbox.failed(failure.retryAfterMs);
      }
    }
    return 'given up';
  }

  async #mayTry(full: string | undefined, isCurrent: () => boolean): Promise<boolean> {
    if (full !== undefined && !(await this.#lanes.pass(full, isCurrent))) return false;
    if (await this.#outbox.pass(isCurrent)) return true;
    // It was let through, and finds nothing out: the next one has to.
    if (full !== undefined) this.#lanes.failed(full);
    return false;
  }

  /** Resolves to whether it is among the dead letters; tried until it is, or was given up for now. */
  async #putAside(message: ReceivedMessage, failure: Failure): Promise<boolean> {
    const { deadLetters, topic } = this.#options;
    while (await this.#letters.pass(message.isCurrent)) {
      try {
        await deadLetters.put(message, topic, failure);
        this.#letters.worked();
        this.#reportLetters(undefined);
        return true;
      } catch (error) {
        this.#letters.failed(failureOf(error).retryAfterMs);
        this.#reportLetters(error);
      }
    }
    return false;
  }

  #reportLetters(problem: unknown): void {
    if (problem === undefined && !this.#lettersFail) return;
    this.#lettersFail = problem !== undefined;
    if (problem !== undefined || !this.#connectionFails) this.#options.report(problem);
  }
}
