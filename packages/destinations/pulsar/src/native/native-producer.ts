import { AbortGroups } from '../sending/abort-groups';
import { closedError } from '../sending/closed-error';
import { deadlineError } from '../sending/deadline-error';
import type { PendingSend } from '../sending/pending-send';
import { failAll, onlyOutcome, SendBatch } from '../sending/send-batch';
import type { SendOutcome } from '../sending/send-outcome';
import { SendWindow } from '../sending/send-window';
import type { PulsarMessage, PulsarProducer } from '../transport/pulsar-transport';
import type { NativeClientProducer } from './native-binding';
import type { Diagnosis } from './diagnosis';
import { isNativeProducerGone, isUnexplained, nativeError } from './native-error';

// Below what the client holds at most: at its cap it refuses, or blocks the whole process.
const WINDOW = { maxMessages: 1_000, maxBytes: 32 * 1024 * 1024 };

/** A producer of the native client, which connects again and sends again by itself. */
export class NativeProducer implements PulsarProducer {
  readonly #where: string;
  readonly #create: () => Promise<NativeClientProducer>;
  readonly #diagnosis: Diagnosis;
  readonly #window = new SendWindow<PulsarMessage>(WINDOW);
  readonly #aborts = new AbortGroups<SendBatch<PulsarMessage>>((batch, reason) => this.#giveUp(batch, reason));
  #current: Promise<NativeClientProducer> | undefined;
  #nextId = 1;
  #closed = false;

  private constructor(where: string, create: () => Promise<NativeClientProducer>, diagnosis: Diagnosis) {
    this.#where = where;
    this.#create = create;
    this.#diagnosis = diagnosis;
  }

  /**
   * @param where address and topic, for messages
   * @param create makes the client's producer; called again where that one is closed or fenced off
   * @param diagnosis tells what is wrong where the client doesn't
   */
  static async open(
    where: string,
    create: () => Promise<NativeClientProducer>,
    diagnosis: Diagnosis,
  ): Promise<NativeProducer> {
    const producer = new NativeProducer(where, create, diagnosis);
    try {
      await producer.#acquire();
    } catch (error) {
      throw nativeError(where, error);
    }
    return producer;
  }

  async send(message: PulsarMessage, signal: AbortSignal): Promise<string> {
    return onlyOutcome(await this.sendAll([message], signal));
  }

  async sendAll(messages: readonly PulsarMessage[], signal: AbortSignal): Promise<readonly SendOutcome[]> {
    if (this.#closed) return failAll(messages, closedError(this.#where));
    if (signal.aborted) return failAll(messages, deadlineError(this.#where, undefined, signal.reason));
    const batch = new SendBatch(this.#nextId, messages);
    this.#nextId += messages.length;
    this.#window.add(batch);
    this.#aborts.add(signal, batch);
    this.#pump();
    try {
      return await batch.outcomes;
    } finally {
      this.#aborts.delete(signal, batch);
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const batch of this.#window.clear()) batch.fail(closedError(this.#where));
    try {
      const current = await this.#current;
      await current?.close();
    } catch {
      // It is closed either way.
    }
  }

  async #acquire(): Promise<NativeClientProducer> {
    this.#current ??= this.#create();
    const current = this.#current;
    try {
      return await current;
    } catch (error) {
      this.#forget(current);
      throw error;
    }
  }

  #pump(): void {
    for (let pending = this.#window.take(); pending !== undefined; pending = this.#window.take()) {
      void this.#deliver(pending);
    }
  }

  async #deliver(pending: PendingSend<PulsarMessage>): Promise<void> {
    const { payload, key, properties, eventTimeMs, deliverAfterMs } = pending.content;
    let used: Promise<NativeClientProducer> | undefined;
    try {
      const data = typeof payload === 'string' ? Buffer.from(payload, 'utf8') : payload;
      this.#window.weigh(pending, data.length);
      const producer = await this.#acquire();
      used = this.#current;
      const messageId = await producer.send({
        data,
        properties: { ...properties },
        ...(key === undefined ? {} : { partitionKey: key }),
        ...(eventTimeMs === undefined ? {} : { eventTimestamp: eventTimeMs }),
        ...(deliverAfterMs === undefined ? {} : { deliverAfter: deliverAfterMs }),
      });
      this.#diagnosis.worked();
      pending.succeed(messageId.toString());
    } catch (error) {
      if (isNativeProducerGone(error)) this.#forget(used);
      // A token that is refused when the client connects again is silence, too.
      const problem = isUnexplained(error) ? await this.#diagnosis.problem() : undefined;
      pending.fail(problem ?? nativeError(this.#where, error));
    }
    this.#window.remove(pending.id);
    if (!this.#closed) this.#pump();
  }

  #forget(gone: Promise<NativeClientProducer> | undefined): void {
    if (this.#current === gone) this.#current = undefined;
  }

  // What the client has already keeps its place: it still counts in the client's queue.
  #giveUp(batch: SendBatch<PulsarMessage>, reason: unknown): void {
    this.#window.withdraw(batch);
    batch.fail(this.#diagnosis.known ?? deadlineError(this.#where, undefined, reason));
  }
}
