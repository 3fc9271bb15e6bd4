import { failureOf, messageOf, TransientError, type Logger, type PermanentError } from '@dest/core';
import { AbortGroups } from '../sending/abort-groups';
import { backoffDelay } from '../sending/backoff';
import { closedError } from '../sending/closed-error';
import { deadlineError } from '../sending/deadline-error';
import { PendingSend, SendFailure, type SendOutcome } from '../sending/pending-send';
import { failAll, onlyOutcome, SendBatch } from '../sending/send-batch';
import { SendWindow } from '../sending/send-window';
import { tooLargeError } from '../sending/too-large-error';
import type { PulsarMessage, PulsarProducer } from '../transport/pulsar-transport';
import { parseAnswer, type Answer } from './answer';
import { encodeFrame } from './encode-frame';
import { isProducerGone, sendError } from './send-error';
import { SequenceNumbers } from './sequence-numbers';
import type { WebSocketAccess } from './web-socket-access';
import { WebSocketConnection } from './web-socket-connection';
import type { WebSocketSettings } from './web-socket-settings';

const TOO_LARGE = 1009;
/** How many frames go out in one write. */
const TOGETHER = 32;

export interface WebSocketProducerOptions {
  readonly url: string;
  readonly access: WebSocketAccess;
  /** Address and topic, for messages. */
  readonly where: string;
  readonly logger: Logger;
  readonly settings: WebSocketSettings;
  /** Whether the messages are numbered, for a broker that drops repeats. */
  readonly deduplication: boolean;
}

/**
 * A producer over Pulsar's WebSocket API. When the connection ends, or falls silent, it connects again and sends once
 * more whatever was not acknowledged, in order: what the broker had stored already is stored twice.
 */
export class WebSocketProducer implements PulsarProducer {
  readonly #options: WebSocketProducerOptions;
  readonly #window: SendWindow<string>;
  readonly #aborts = new AbortGroups<SendBatch<string>>((batch, reason) => this.#giveUp(batch, reason));
  readonly #closing = new AbortController();
  readonly #numbers: SequenceNumbers | undefined;
  #connection: WebSocketConnection | undefined;
  #connecting = false;
  #retry: NodeJS.Timeout | undefined;
  #watch: NodeJS.Timeout | undefined;
  #attempt = 0;
  #pumping = false;
  #nextId = 1;
  #maxFrameBytes: number;
  /** How many messages are still sent one at a time, to find the one that Pulsar can't read. */
  #suspects = 0;
  #failure: unknown;

  private constructor(options: WebSocketProducerOptions) {
    this.#options = options;
    this.#window = new SendWindow(options.settings.window);
    this.#maxFrameBytes = options.settings.maxFrameBytes;
    this.#numbers = options.deduplication ? new SequenceNumbers() : undefined;
  }

  /** Connects. Rejects where the first connection does not come about. */
  static async open(options: WebSocketProducerOptions): Promise<WebSocketProducer> {
    const producer = new WebSocketProducer(options);
    producer.#adopt(await producer.#connect());
    return producer;
  }

  async send(message: PulsarMessage, signal: AbortSignal): Promise<string> {
    return onlyOutcome(await this.sendAll([message], signal));
  }

  async sendAll(messages: readonly PulsarMessage[], signal: AbortSignal): Promise<readonly SendOutcome[]> {
    const { where } = this.#options;
    if (this.#closing.signal.aborted) return failAll(messages, closedError(where));
    if (signal.aborted) return failAll(messages, deadlineError(where, this.#failure, signal.reason));
    const batch = new SendBatch<string>(messages.length);
    messages.forEach((message, position) => this.#add(message, batch, position));
    this.#aborts.add(signal, batch);
    if (this.#connection === undefined) this.#reconnectNow();
    else this.#pumpSoon();
    try {
      return await batch.outcomes;
    } finally {
      this.#aborts.delete(signal, batch);
    }
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    clearTimeout(this.#retry);
    clearTimeout(this.#watch);
    this.#rejectAll(closedError(this.#options.where));
    await this.#connection?.close();
  }

  async #connect(): Promise<WebSocketConnection> {
    const { url, access, where, settings } = this.#options;
    const numbered = this.#numbers === undefined ? '' : `&initialSequenceId=${this.#numbers.next()}`;
    let connection: WebSocketConnection | undefined = undefined;
    connection = await WebSocketConnection.open(
      {
        url: `${url}${numbered}`,
        access,
        where,
        handshakeTimeoutMs: settings.handshakeTimeoutMs,
        heartbeatMs: settings.heartbeatMs,
      },
      {
        onAnswer: (text) => this.#onAnswer(connection, text),
        onClose: (code, reason) => this.#onClose(connection, code, reason),
      },
      this.#closing.signal,
    );
    return connection;
  }

  #adopt(connection: WebSocketConnection): void {
    this.#connection = connection;
    if (this.#closing.signal.aborted) connection.drop();
    else if (!connection.isOpen) this.#lost('closed at once', false);
    else {
      this.#failure = undefined;
      this.#pump(connection);
    }
  }

  #add(message: PulsarMessage, batch: SendBatch<string>, position: number): void {
    const id = this.#nextId++;
    const frame = encodeFrame(id, message);
    const size = Buffer.byteLength(frame);
    if (size > this.#maxFrameBytes) {
      batch.settle(position, new SendFailure(this.#tooLarge(size)));
      return;
    }
    const pending = new PendingSend(id, frame, size, batch, position);
    batch.pending.push(pending);
    this.#window.add(pending);
  }

  // Many answers come in one packet, and each makes room for another frame: what fits then goes out in one packet too.
  #pumpSoon(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    queueMicrotask(() => {
      this.#pumping = false;
      if (this.#connection !== undefined) this.#pump(this.#connection);
    });
  }

  #pump(connection: WebSocketConnection): void {
    const cap = this.#suspects > 0 ? 1 : undefined;
    // In pieces, so that the broker has something to do while the next is made.
    while (this.#window.canTake(cap)) connection.sendTogether(() => this.#sendSome(connection, cap));
    if (this.#window.inFlight.size > 0) this.#watch ??= this.#watchAfter(this.#options.settings.acknowledgeTimeoutMs);
  }

  #sendSome(connection: WebSocketConnection, cap: number | undefined): void {
    const now = performance.now();
    for (let count = 0; count < TOGETHER; count++) {
      const pending = this.#window.take(cap);
      if (pending === undefined) return;
      pending.sentAt = now;
      this.#numbers?.sent();
      connection.send(pending.content);
    }
  }

  #onAnswer(connection: WebSocketConnection | undefined, text: string): void {
    if (connection === undefined || connection !== this.#connection) return;
    const answer = parseAnswer(text);
    if (answer === undefined) {
      this.#drop(`an answer that can't be read came: ${text.slice(0, 100)}`);
      return;
    }
    if (answer.context === undefined) {
      this.#onUnreadable(answer);
      return;
    }
    const pending = this.#window.remove(Number(answer.context));
    if (pending !== undefined) this.#settle(pending, answer);
    if (answer.result !== 'ok' && isProducerGone(answer)) this.#drop(answer.errorMsg ?? answer.result);
    else this.#pumpSoon();
  }

  #settle(pending: PendingSend<string>, answer: Answer): void {
    if (this.#suspects > 0) this.#suspects -= 1;
    if (answer.result === 'ok') {
      this.#attempt = 0;
      this.#numbers?.acknowledged();
      pending.succeed(answer.messageId ?? '');
    } else {
      this.#numbers?.doubt();
      pending.fail(sendError(this.#options.where, answer));
    }
  }

  // Pulsar doesn't say which frame it could not read. Alone on the wire, it must be that one; else all that are there
  // are sent again, one at a time.
  #onUnreadable(answer: Answer): void {
    const [id] = this.#window.inFlight.keys();
    if (this.#window.inFlight.size === 1 && id !== undefined) {
      const pending = this.#window.remove(id);
      if (pending !== undefined) this.#settle(pending, answer);
      this.#pumpSoon();
      return;
    }
    this.#suspects = this.#window.inFlight.size;
    this.#drop(`${answer.result}: ${answer.errorMsg ?? ''}`);
  }

  #onClose(connection: WebSocketConnection | undefined, code: number, reason: string): void {
    if (connection === undefined || connection !== this.#connection) return;
    this.#lost(`code ${code}${reason === '' ? '' : `, ${reason}`}`, code === TOO_LARGE);
  }

  #drop(reason: string): void {
    const connection = this.#connection;
    this.#lost(reason, false);
    connection?.drop();
  }

  #lost(reason: string, tooLarge: boolean): void {
    this.#connection = undefined;
    clearTimeout(this.#watch);
    this.#watch = undefined;
    if (this.#closing.signal.aborted) return;
    const { where, logger } = this.#options;
    if (tooLarge) this.#failLargest();
    this.#window.requeue(this.#numbers !== undefined);
    this.#failure = new TransientError(`the connection to ${where} ended: ${reason}`, {
      code: 'PULSAR_DISCONNECTED',
      scope: 'destination',
    });
    logger.warn('Pulsar: the connection ended; connecting again', { where, reason });
    this.#reconnectLater();
  }

  // Some frame was over the broker's limit, so the largest is; and so will be every one of its size.
  #failLargest(): void {
    const all = [...this.#window.inFlight.values()];
    const largest = all.reduce<PendingSend<string> | undefined>((a, b) => (a && a.size >= b.size ? a : b), undefined);
    if (largest === undefined) return;
    this.#maxFrameBytes = Math.min(this.#maxFrameBytes, largest.size - 1);
    this.#window.remove(largest.id);
    this.#numbers?.doubt();
    largest.fail(this.#tooLarge(largest.size));
  }

  #reconnectLater(): void {
    const delay = backoffDelay(this.#attempt, this.#options.settings.reconnect, Math.random());
    this.#attempt += 1;
    this.#connecting = true;
    this.#retry = setTimeout(() => void this.#reconnect(), delay);
  }

  // After a refusal nothing is under way: the next message is what asks again.
  #reconnectNow(): void {
    if (this.#connecting) return;
    this.#connecting = true;
    void this.#reconnect();
  }

  async #reconnect(): Promise<void> {
    try {
      const connection = await this.#connect();
      this.#connecting = false;
      this.#adopt(connection);
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      this.#failure = error;
      this.#options.logger.warn('Pulsar: connecting again failed', { error: messageOf(error) });
      if (failureOf(error).retry === 'transient') {
        this.#reconnectLater();
      } else {
        this.#connecting = false;
        this.#rejectAll(error);
      }
    }
  }

  #watchAfter(delayMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.#watch = undefined;
      const [oldest] = this.#window.inFlight.values();
      if (oldest === undefined) return;
      const { acknowledgeTimeoutMs } = this.#options.settings;
      const waited = performance.now() - oldest.sentAt;
      if (waited < acknowledgeTimeoutMs) this.#watch = this.#watchAfter(acknowledgeTimeoutMs - waited);
      else this.#drop(`no answer for ${Math.round(waited)} ms`);
    }, delayMs);
  }

  // What is on the wire keeps its place until it is answered: it still counts at the broker. And where messages are
  // numbered, what has been on it is sent again, since it may be that others have the numbers after its own.
  #giveUp(batch: SendBatch<string>, reason: unknown): void {
    const error = deadlineError(this.#options.where, this.#failure, reason);
    for (const pending of batch.pending) {
      if (this.#numbers === undefined || pending.sentAt === 0) this.#window.withdraw(pending);
      pending.fail(error);
    }
  }

  #rejectAll(error: unknown): void {
    this.#numbers?.doubt();
    for (const pending of this.#window.clear()) pending.fail(error);
  }

  #tooLarge(size: number): PermanentError {
    return tooLargeError(
      this.#options.where,
      `as a WebSocket frame, Base64 included, it has ${size} bytes, and at most ${this.#maxFrameBytes} are allowed.`,
      "Send less by the destination's mapping, or use the native client (pulsar://), which takes up to 5 MiB.",
    );
  }
}
