import { failureOf, messageOf, TransientError, type Logger } from '@dest/core';
import { backoffDelay, type Backoff } from '../sending/backoff';
import type { ConnectionEvents, WebSocketConnection } from './web-socket-connection';

const TOO_LARGE = 1009;

export interface LastingConnectionOptions {
  /** Address and topic, for messages. */
  readonly where: string;
  readonly logger: Logger;
  readonly reconnect: Backoff;
  /** Connects, once. */
  readonly connect: (events: ConnectionEvents, signal: AbortSignal) => Promise<WebSocketConnection>;
}

/** Is told of what happens. Nothing comes of a connection that is no longer the current one. */
export interface LastingConnectionListener {
  /** There is a connection, the first one or another. */
  onOpen(connection: WebSocketConnection): void;
  onAnswer(bytes: Buffer): void;
  /** @param isTooLarge it ended because the other side takes no frame as large as one that was sent */
  onLost(isTooLarge: boolean): void;
  /** Connecting again was refused for good, or for a time that was named: nothing is under way until `connectNow`. */
  onRefused(error: unknown): void;
}

/** A connection that is replaced when it ends. */
export class LastingConnection {
  readonly #options: LastingConnectionOptions;
  readonly #listener: LastingConnectionListener;
  readonly #closing = new AbortController();
  #current: WebSocketConnection | undefined;
  #isConnecting = false;
  #retry: NodeJS.Timeout | undefined;
  #attempt = 0;
  #failure: unknown;

  constructor(options: LastingConnectionOptions, listener: LastingConnectionListener) {
    this.#options = options;
    this.#listener = listener;
  }

  /** Connects. Rejects where the first connection does not come about. */
  async open(): Promise<void> {
    this.#adopt(await this.#connect());
  }

  /** Undefined while there is none. */
  get current(): WebSocketConnection | undefined {
    return this.#current;
  }

  /** Why there is none; undefined where there is. */
  get failure(): unknown {
    return this.#failure;
  }

  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Says that the current one is of use: the next one is not waited for as long as after tries in vain. */
  succeeded(): void {
    this.#attempt = 0;
  }

  /** Connects, where neither a connection is there nor one is under way. */
  connectNow(): void {
    if (this.#current !== undefined || this.#isConnecting) return;
    this.#isConnecting = true;
    void this.#connectAgain();
  }

  /** The current one is of no use any more. */
  drop(reason: string): void {
    const connection = this.#current;
    this.#lost(reason, false);
    connection?.drop();
  }

  /**
   * Safe twice.
   *
   * @param isOwed whether the other side owes answers: it may have fallen silent, so it is left without a good-bye
   */
  async close(isOwed: boolean): Promise<void> {
    if (this.isClosed) return;
    this.#closing.abort();
    clearTimeout(this.#retry);
    if (isOwed) this.#current?.drop();
    else await this.#current?.close();
  }

  async #connect(): Promise<WebSocketConnection> {
    let connection: WebSocketConnection | undefined = undefined;
    const isCurrent = (): boolean => connection !== undefined && connection === this.#current;
    connection = await this.#options.connect(
      {
        onAnswer: (bytes) => {
          if (isCurrent()) this.#listener.onAnswer(bytes);
        },
        onClose: (code, reason) => {
          if (isCurrent()) this.#lost(`code ${code}${reason === '' ? '' : `, ${reason}`}`, code === TOO_LARGE);
        },
      },
      this.#closing.signal,
    );
    return connection;
  }

  #adopt(connection: WebSocketConnection): void {
    this.#current = connection;
    if (this.isClosed) connection.drop();
    else if (!connection.isOpen) this.#lost('closed at once', false);
    else {
      this.#failure = undefined;
      this.#listener.onOpen(connection);
    }
  }

  #lost(reason: string, isTooLarge: boolean): void {
    this.#current = undefined;
    if (this.isClosed) return;
    const { where, logger } = this.#options;
    this.#listener.onLost(isTooLarge);
    this.#failure = new TransientError(`the connection to ${where} ended: ${reason}`, {
      code: 'PULSAR_DISCONNECTED',
      scope: 'destination',
    });
    logger.warn('Pulsar: the connection ended; connecting again', { where, reason });
    this.#connectLater();
  }

  #connectLater(): void {
    const delay = backoffDelay(this.#attempt, this.#options.reconnect, Math.random());
    this.#attempt += 1;
    this.#isConnecting = true;
    this.#retry = setTimeout(() => void this.#connectAgain(), delay);
  }

  async #connectAgain(): Promise<void> {
    try {
      const connection = await this.#connect();
      this.#isConnecting = false;
      this.#adopt(connection);
    } catch (error) {
      if (this.isClosed) return;
      this.#failure = error;
      this.#options.logger.warn('Pulsar: connecting again failed', { error: messageOf(error) });
      const { retry, retryAfterMs } = failureOf(error);
      // How long to wait is for the host to know: at the deadline it would no longer hear it.
      if (retry === 'transient' && retryAfterMs === undefined) {
        this.#connectLater();
      } else {
        this.#isConnecting = false;
        this.#listener.onRefused(error);
      }
    }
  }
}
