import { setMaxListeners } from 'node:events';
import type { ItemResult } from '@dest/core';
import type { MakeMessage } from '../message/compile-message';
import type { Sendable } from '../message/sendable';
import type { ProducerPool } from '../producer-pool';
import type { SharedClient } from '../shared-producer';
import type { Topic } from '../topic';
import type { TopicSource } from '../topic-source';
import type { MessageSender } from './message-sender';
import { failed, sendItems, type SendContext } from './send-items';
import { asItemError } from '../topic-scope';

export interface TemplateTopicSenderOptions {
  readonly source: TopicSource;
  readonly pool: ProducerPool;
  /** The client of the pool's producers, given back after them. */
  readonly client: SharedClient;
  readonly make: MakeMessage;
}

interface Group {
  readonly topic: Topic;
  /** Which of the items go there, in order. */
  readonly indexes: number[];
}

/** Sends each item to the topic that a template makes of it: topics side by side, the items of each in order. */
export class TemplateTopicSender implements MessageSender {
  readonly #options: TemplateTopicSenderOptions;

  constructor(options: TemplateTopicSenderOptions) {
    this.#options = options;
  }

  async send(items: readonly Sendable[], { signal, now }: SendContext): Promise<readonly ItemResult[]> {
    const results: ItemResult[] = [];
    const groups = this.#group(items, results);
    const shared = forMany(signal);
    const context: SendContext = { signal: shared.signal, now: () => now() };
    await Promise.all(
      groups.map(async ({ topic, indexes }) => {
        const group = indexes.map((index) => items[index] as Sendable);
        const outcomes = await this.#sendGroup(topic, group, context);
        outcomes.forEach((outcome, position) => (results[indexes[position] as number] = outcome));
      }),
    );
    shared.release();
    return results;
  }

  async close(): Promise<void> {
    const { pool, client } = this.#options;
    await pool.close();
    await client.release();
  }

  /** Puts the items for which there is no topic into the results. */
  #group(items: readonly Sendable[], results: ItemResult[]): readonly Group[] {
    const groups = new Map<string, Group>();
    items.forEach((item, index) => {
      try {
        const topic = this.#options.source.topicOf(item);
        const group = groups.get(topic.full);
        if (group === undefined) groups.set(topic.full, { topic, indexes: [index] });
        else group.indexes.push(index);
      } catch (error) {
        results[index] = failed(error);
      }
    });
    return [...groups.values()];
  }

  async #sendGroup(topic: Topic, items: readonly Sendable[], context: SendContext): Promise<readonly ItemResult[]> {
    try {
      const { pool, make } = this.#options;
      const outcomes = await pool.use(topic, context.signal, async (producer) =>
        sendItems(producer, items, make, context),
      );
      return outcomes.map((outcome) => (outcome.ok ? outcome : failed(asItemError(outcome.error))));
    } catch (error) {
      return items.map(() => failed(asItemError(error)));
    }
  }
}

/** A signal that is aborted with the given one, and has as many listeners as there are topics without a warning. */
function forMany(signal: AbortSignal): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const abort = (): void => controller.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return { signal: controller.signal, release: () => signal.removeEventListener('abort', abort) };
}
