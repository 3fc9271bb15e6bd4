import { failureOf, messageOf, TransientError, type Logger, type PermanentError } from '@dest/core';
import { AbortGroups } from '../sending/abort-groups';
import { backoffDelay } from '../sending/backoff';
import { closedError } from '../sending/closed-error';
import { deadlineError } from '../sending/deadline-error';
import { PendingSend } from '../sending/pending-send';
import { SendWindow } from '../sending/send-window';
import { tooLargeError } from '../sending/too-large-error';
import type { PulsarMessage, PulsarProducer } from '../transport/pulsar-transport';
import { parseAnswer, type Answer } from './answer';
import { encodeFrame } from './encode-frame';
import { isProducerGone, sendError } from './send-error';
import { WebSocketConnection } from './web-socket-connection';
import type { WebSocketSettings } from './web-socket-settings';

const TOO_LARGE = 1009;

export interface WebSocketProducerOptions {
  readonly url: string;
  readonly token: string | undefined;
  /** Address and topic, for messages. */
  readonly where: string;
  readonly logger: Logger;
  readonly settings: WebSocketSettings;
}

/**
 * A producer over Pulsar's WebSocket API. When the connection ends, or falls silent, it connects again and sends once
 * more whatever was not acknowledged, in order: what the broker had stored already is stored twice.
 */
export class WebSocketProducer implements PulsarProducer {
  readonly #options: WebSocketProducerOptions;
  readonly #window: SendWindow<string>;
  readonly #aborts = new AbortGroups<PendingSend<string>>((pending, reason) => this.#giveUp(pending, reason));
  readonly #closing = new AbortController();
  #connection: WebSocketConnection | undefined;
  #connecting = false;
  #retry: NodeJS.Timeout | undefined;
  #watch: NodeJS.Timeout | undefined;
  #attempt = 0;
  #nextId = 1;
  #maxFrameBytes: number;
  /** How many messages are still sent one at a time, to find the one that Pulsar can't read. */
  #suspects = 0;
  #failure: unknown;

  private constructor(options: WebSocketProducerOptions) {
    this.#options = options;
    this.#window = new SendWindow(options.settings.window);
    this.#maxFrameBytes = options.settings.maxFrameBytes;
  }

  /** Connects. Rejects where the first connection does not come about. */
  static async open(options: WebSocketProducerOptions): Promise<WebSocketProducer> {
    const producer = new WebSocketProducer(options);
    producer.#adopt(await producer.#connect());
    return producer;
  }

  async send(message: PulsarMessage, signal: AbortSignal): Promise<string> {
    const { where } = this.#options;
    if (this.#closing.signal.aborted) throw closedError(where);
    if (signal.aborted) throw deadlineError(where, this.#failure, signal.reason);
    const id = this.#nextId++;
    const frame = encodeFrame(id, message);
    const size = Buffer.byteLength(frame);
    if (size > this.#maxFrameBytes) throw this.#tooLarge(size);
    const pending = new PendingSend(id, frame, size, signal);
    this.#aborts.add(signal, pending);
    this.#window.add(pending);
    if (this.#connection === undefined) this.#reconnectNow();
    else this.#pump(this.#connection);
    return pending.outcome;
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
    const { url, token, where, settings } = this.#options;
    let connection: WebSocketConnection | undefined = undefined;
    connection = await WebSocketConnection.open(
      { url, token, where, handshakeTimeoutMs: settings.handshakeTimeoutMs, heartbeatMs: settings.heartbeatMs },
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

  #pump(connection: WebSocketConnection): void {
    const cap = this.#suspects > 0 ? 1 : undefined;
    for (let pending = this.#window.take(cap); pending !== undefined; pending = this.#window.take(cap)) {
      pending.sentAt = performance.now();
      connection.send(pending.content);
    }
    if (this.#window.inFlight.size > 0) this.#watch ??= this.#watchAfter(this.#options.settings.acknowledgeTimeoutMs);
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
    else this.#pump(connection);
  }

  #settle(pending: PendingSend<string>, answer: Answer): void {
    this.#aborts.delete(pending.signal, pending);
    if (this.#suspects > 0) this.#suspects -= 1;
    if (answer.result === 'ok') {
      this.#attempt = 0;
      pending.succeed(answer.messageId ?? '');
    } else {
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
      if (this.#connection !== undefined) this.#pump(this.#connection);
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
    this.#window.requeue();
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
    this.#aborts.delete(largest.signal, largest);
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

  // What is on the wire keeps its place until it is answered: it still counts at the broker.
  #giveUp(pending: PendingSend<string>, reason: unknown): void {
    this.#window.withdraw(pending);
    pending.fail(deadlineError(this.#options.where, this.#failure, reason));
  }

  #rejectAll(error: unknown): void {
    for (const pending of this.#window.clear()) {
      this.#aborts.delete(pending.signal, pending);
      pending.fail(error);
    }
  }

  #tooLarge(size: number): PermanentError {
    return tooLargeError(
      this.#options.where,
      `as a WebSocket frame, Base64 included, it has ${size} bytes, and at most ${this.#maxFrameBytes} are allowed.`,
      "Send less by the destination's mapping, or use the native client (pulsar://), which takes up to 5 MiB.",
    );
  }
}
