import { setTimeout as pause } from 'node:timers/promises';
import { backoffDelay } from '../sending/backoff';
import type { ConsumerListener, PulsarConsumer } from '../transport/pulsar-consumer';
import type { NativeClientConsumer, NativeReceivedMessage } from './native-binding';
import { closeQuietly } from './close-quietly';
import { nativeError } from './native-error';
import { readNativeMessageId } from './native-message-id';

const RECONNECT = { initialMs: 100, maxMs: 30_000 };

export interface NativeConsumerOptions {
  /** Address, topic and subscription, for messages. */
  readonly where: string;
  /** Makes the client's consumer; called again where that one is of no use any more. */
  readonly subscribe: () => Promise<NativeClientConsumer>;
  readonly receiverQueueSize: number;
}

/** A consumer of the native client, which connects again by itself; it makes another one where its own is closed. */
export class NativeConsumer implements PulsarConsumer {
  readonly #options: NativeConsumerOptions;
  readonly #listener: ConsumerListener;
  readonly #closing = new AbortController();
  #current: NativeClientConsumer;
  /** Messages of the current one that are not acknowledged. The client gives them again where it has connected again. */
  readonly #unacknowledged = new Set<string>();
  #roomMade = (): void => undefined;

  private constructor(options: NativeConsumerOptions, listener: ConsumerListener, current: NativeClientConsumer) {
    this.#options = options;
    this.#listener = listener;
    this.#current = current;
  }

  /** Rejects where the first subscribing fails. */
  static async open(options: NativeConsumerOptions, listener: ConsumerListener): Promise<NativeConsumer> {
    let first: NativeClientConsumer;
    try {
      first = await options.subscribe();
    } catch (error) {
      throw nativeError(options.where, error);
    }
    const consumer = new NativeConsumer(options, listener, first);
    void consumer.#run();
    return consumer;
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.#roomMade();
    await closeQuietly(this.#current);
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    const { signal } = this.#closing;
    for (let attempt = 0; !signal.aborted;) {
      const consumer = this.#current;
      try {
        await this.#room();
        const message = await consumer.receive();
        if (signal.aborted) return;
        if (attempt > 0) this.#listener.onTrouble(undefined);
        attempt = 0;
        this.#take(consumer, message);
      } catch (error) {
        if (signal.aborted) return;
        this.#listener.onTrouble(nativeError(this.#options.where, error));
        await pause(backoffDelay(attempt++, RECONNECT, Math.random()), undefined, { signal }).catch(() => undefined);
        await this.#renew(consumer);
      }
    }
  }

  /** Puts another consumer in the place of one that gives nothing any more. */
  async #renew(gone: NativeClientConsumer): Promise<void> {
    await closeQuietly(gone);
    if (this.#closing.signal.aborted) return;
    try {
      const next = await this.#options.subscribe();
      if (this.#closing.signal.aborted) await closeQuietly(next);
      this.#current = next;
      this.#unacknowledged.clear();
      this.#listener.onLost();
      this.#listener.onTrouble(undefined);
    } catch {
      // The one before tells so again at the next receive, and this is tried once more.
    }
  }

  #take(consumer: NativeClientConsumer, message: NativeReceivedMessage): void {
    const key = message.getPartitionKey();
    let acknowledged = false;
    const isCurrent = (): boolean => this.#current === consumer;
    const id = readNativeMessageId(message.getMessageId());
    this.#unacknowledged.add(id);
    this.#listener.onMessage({
      id,
      payload: message.getData(),
      ...(key === '' ? {} : { key }),
      properties: message.getProperties(),
      publishTime: message.getPublishTimestamp(),
      isCurrent,
      acknowledge: () => {
        if (acknowledged || !isCurrent()) return;
        acknowledged = true;
        // Where it gets lost, the message comes again.
        consumer.acknowledge(message).catch(() => undefined);
        this.#unacknowledged.delete(id);
        this.#roomMade();
      },
    });
  }

  /** Resolves when another message may come. */
  async #room(): Promise<void> {
    while (this.#unacknowledged.size >= this.#options.receiverQueueSize && !this.#closing.signal.aborted) {
      await new Promise<void>((resolve) => (this.#roomMade = resolve));
    }
  }
}
