import { failureOf, TransientError } from '@dest/core';
import { backoffDelay } from '../sending/backoff';
import type { ConsumerListener, PulsarConsumer, ReceivedMessage } from '../transport/pulsar-consumer';
import { parseConsumerFrame } from './consumer-frame';
import { Permits } from './permits';
import type { WebSocketAccess } from './web-socket-access';
import { WebSocketConnection } from './web-socket-connection';
import type { WebSocketSettings } from './web-socket-settings';

/** A message may have 5 MiB, a third more in Base64, and properties. */
const MOST_FRAME_BYTES = 16 * 1024 * 1024;

/** A consumer has nothing to say for long: its connection is looked at more often than a producer's. */
const HEARTBEAT_MS = 10_000;

/** After a refusal that doesn't mend itself. */
const REFUSED_AGAIN_MS = 30_000;

/** What comes, with the bytes by which Pulsar knows it, in Base64. */
export interface WebSocketMessage extends ReceivedMessage {
  readonly handle: string;
}

export interface WebSocketConsumerListener extends Omit<ConsumerListener, 'onMessage'> {
  onMessage(message: WebSocketMessage): void;
}

export interface WebSocketConsumerOptions {
  /** Asked for again with each connection. */
  readonly url: () => string;
  /**
   * What Pulsar sends by: `acknowledged` for as much ahead as the address says, a number for so many that are asked for and
   * not acknowledged.
   */
  readonly flow: 'acknowledged' | number;
  readonly access: WebSocketAccess;
  /** Address, topic and subscription, for messages. */
  readonly where: string;
  readonly settings: WebSocketSettings;
}

/**
 * A consumer over Pulsar's WebSocket API. When the connection ends, or falls silent, it connects again, for ever: Pulsar
 * sends once more what was not acknowledged.
 */
export class WebSocketConsumer implements PulsarConsumer {
  readonly #options: WebSocketConsumerOptions;
  readonly #listener: WebSocketConsumerListener;
  readonly #closing = new AbortController();
  #connection: WebSocketConnection | undefined;
  #retry: NodeJS.Timeout | undefined;
  #attempt = 0;
  #isTroubled = false;

  private constructor(options: WebSocketConsumerOptions, listener: WebSocketConsumerListener) {
    this.#options = options;
    this.#listener = listener;
  }

  /** Connects. Rejects where the first connection does not come about. */
  static async open(
    options: WebSocketConsumerOptions,
    listener: WebSocketConsumerListener,
  ): Promise<WebSocketConsumer> {
    const consumer = new WebSocketConsumer(options, listener);
    await consumer.#connect();
    return consumer;
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    clearTimeout(this.#retry);
    await this.#connection?.close();
  }

  async #connect(): Promise<void> {
    const { url, flow, access, where, settings } = this.#options;
    // Messages may come before the connection is handed over.
    const session = new Session(flow === 'acknowledged' ? undefined : new Permits(flow));
    const connection = await WebSocketConnection.open(
      {
        url: url(),
        access,
        where,
        action: 'consume',
        handshakeTimeoutMs: settings.handshakeTimeoutMs,
        heartbeatMs: Math.min(settings.heartbeatMs, HEARTBEAT_MS),
        maxAnswerBytes: MOST_FRAME_BYTES,
      },
      {
        onAnswer: (bytes) => this.#onFrame(session, bytes),
        onClose: (code, reason) => this.#onClose(session, code, reason),
      },
      this.#closing.signal,
    );
    if (this.#closing.signal.aborted) {
      connection.drop();
      return;
    }
    if (session.isOver) return;
    this.#connection = connection;
    session.begin(connection);
    if (!this.#isTroubled) return;
    this.#isTroubled = false;
    this.#listener.onTrouble(undefined);
  }

  #onFrame(session: Session, bytes: Buffer): void {
    if (session.isOver || this.#closing.signal.aborted) return;
    const frame = parseConsumerFrame(bytes);
    if (frame === undefined) {
      session.drop();
      this.#lost(session, `${bytes.length} bytes came that are no message`);
      return;
    }
    this.#attempt = 0;
    const { handle } = frame;
    let acknowledged = false;
    session.came(frame.id);
    this.#listener.onMessage({
      ...frame,
      isCurrent: () => !session.isOver,
      acknowledge: () => {
        // Twice would have Pulsar send more than it should.
        if (acknowledged || session.isOver) return;
        acknowledged = true;
        session.send(`{"messageId":${JSON.stringify(handle)}}`);
        session.acknowledged(frame.id);
      },
    });
  }

  #onClose(session: Session, code: number, reason: string): void {
    if (!session.isOver) this.#lost(session, `code ${code}${reason === '' ? '' : `, ${reason}`}`);
  }

  #lost(session: Session, reason: string): void {
    session.isOver = true;
    this.#connection = undefined;
    if (this.#closing.signal.aborted) return;
    this.#listener.onLost();
    const message = `The connection to ${this.#options.where} ended: ${reason}`;
    this.#failed(new TransientError(message, { code: 'PULSAR_DISCONNECTED', scope: 'destination' }));
  }

  #failed(problem: unknown): void {
    this.#isTroubled = true;
    this.#listener.onTrouble(problem);
    const delayMs =
      failureOf(problem).retry === 'transient'
        ? backoffDelay(this.#attempt++, this.#options.settings.reconnect, Math.random())
        : REFUSED_AGAIN_MS;
    this.#retry = setTimeout(() => void this.#reconnect(), delayMs);
  }

  async #reconnect(): Promise<void> {
    try {
      await this.#connect();
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#failed(error);
    }
  }
}

/** One connection, from before it is there to its end. */
class Session {
  readonly #permits: Permits | undefined;
  #connection: WebSocketConnection | undefined;
  /** What was to be sent before the connection was there. */
  readonly #early: string[] = [];
  isOver = false;

  /** @param permits absent where Pulsar needs none */
  constructor(permits: Permits | undefined) {
    this.#permits = permits;
  }

  begin(connection: WebSocketConnection): void {
    this.#connection = connection;
    this.#permit(this.#permits?.first());
    for (const frame of this.#early.splice(0)) connection.send(frame);
  }

  send(frame: string): void {
    if (this.#connection === undefined) this.#early.push(frame);
    else this.#connection.send(frame);
  }

  came(id: string): void {
    this.#permit(this.#permits?.came(id));
  }

  acknowledged(id: string): void {
    this.#permit(this.#permits?.acknowledged(id));
  }

  drop(): void {
    this.#connection?.drop();
  }

  #permit(count = 0): void {
    if (count > 0) this.send(`{"type":"permit","permitMessages":${count}}`);
  }
}
