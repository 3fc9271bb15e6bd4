import type { Logger } from '@dest/core';
import { AbortGroups } from '../sending/abort-groups';
import { closedError } from '../sending/closed-error';
import { deadlineError } from '../sending/deadline-error';
import { failAll, onlyOutcome, type SendBatch } from '../sending/send-batch';
import type { SendOutcome } from '../sending/send-outcome';
import type { PulsarMessage, PulsarProducer } from '../transport/pulsar-transport';
import { parseAnswer } from './answer';
import { AnswerWatch } from './answer-watch';
import { LastingConnection } from './lasting-connection';
import { MessageExchange } from './message-exchange';
import type { WebSocketAccess } from './web-socket-access';
import { WebSocketConnection, type ConnectionEvents } from './web-socket-connection';
import type { WebSocketSettings } from './web-socket-settings';

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
  readonly #exchange: MessageExchange;
  readonly #connection: LastingConnection;
  readonly #watch: AnswerWatch;
  readonly #aborts = new AbortGroups<SendBatch<PulsarMessage>>((batch, reason) =>
    this.#exchange.giveUp(batch, this.#deadlineError(reason)),
  );
  #isPumping = false;

  private constructor(options: WebSocketProducerOptions) {
    const { where, logger, settings, deduplication } = options;
    this.#options = options;
    this.#exchange = new MessageExchange({ where, deduplication, ...settings });
    this.#connection = new LastingConnection(
      {
        where,
        logger,
        reconnect: settings.reconnect,
        connect: async (events, signal) => this.#connect(events, signal),
      },
      {
        onOpen: (connection) => this.#pump(connection),
        onAnswer: (bytes) => this.#onAnswer(bytes),
        onLost: (isTooLarge) => {
          this.#watch.stop();
          this.#exchange.onLost(isTooLarge);
        },
        onRefused: (error) => this.#exchange.failAll(error),
      },
    );
    this.#watch = new AnswerWatch(
      settings.acknowledgeTimeoutMs,
      () => this.#exchange.oldestSentAt,
      (waitedMs) => this.#connection.drop(`no answer for ${Math.round(waitedMs)} ms`),
    );
  }

  /** Connects. Rejects where the first connection does not come about. */
  static async open(options: WebSocketProducerOptions): Promise<WebSocketProducer> {
    const producer = new WebSocketProducer(options);
    await producer.#connection.open();
    return producer;
  }

  async send(message: PulsarMessage, signal: AbortSignal): Promise<string> {
    return onlyOutcome(await this.sendAll([message], signal));
  }

  async sendAll(messages: readonly PulsarMessage[], signal: AbortSignal): Promise<readonly SendOutcome[]> {
    if (this.#connection.isClosed) return failAll(messages, closedError(this.#options.where));
    if (signal.aborted) return failAll(messages, this.#deadlineError(signal.reason));
    const batch = this.#exchange.add(messages);
    this.#aborts.add(signal, batch);
    // After a refusal nothing is under way: the next message is what asks again.
    if (this.#connection.current === undefined) this.#connection.connectNow();
    else this.#pumpSoon();
    try {
      return await batch.outcomes;
    } finally {
      this.#aborts.delete(signal, batch);
    }
  }

  async close(): Promise<void> {
    if (this.#connection.isClosed) return;
    const closing = this.#connection.close(this.#exchange.oldestSentAt !== undefined);
    this.#watch.stop();
    this.#exchange.failAll(closedError(this.#options.where));
    await closing;
  }

  async #connect(events: ConnectionEvents, signal: AbortSignal): Promise<WebSocketConnection> {
    const { url, access, where, settings } = this.#options;
    const number = this.#exchange.nextNumber();
    const numbered = number === undefined ? '' : `&initialSequenceId=${number}`;
    const { handshakeTimeoutMs, heartbeatMs } = settings;
    return WebSocketConnection.open(
      { url: `${url}${numbered}`, access, where, handshakeTimeoutMs, heartbeatMs },
      events,
      signal,
    );
  }

  // Many answers come in one packet, and each makes room for another frame: what fits then goes out in one packet too.
  #pumpSoon(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    queueMicrotask(() => {
      this.#isPumping = false;
      const { current } = this.#connection;
      if (current !== undefined) this.#pump(current);
    });
  }

  #pump(connection: WebSocketConnection): void {
    this.#exchange.sendOver(connection);
    this.#watch.start();
  }

  #onAnswer(bytes: Buffer): void {
    const answer = parseAnswer(bytes);
    if (answer === undefined) {
      this.#connection.drop(`an answer of ${bytes.length} bytes came that can't be read`);
      return;
    }
    if (answer.result === 'ok') this.#connection.succeeded();
    const problem = this.#exchange.onAnswer(answer);
    if (problem === undefined) this.#pumpSoon();
    else this.#connection.drop(problem);
  }

  #deadlineError(reason: unknown): Error {
    return deadlineError(this.#options.where, this.#connection.failure, reason);
  }
}
