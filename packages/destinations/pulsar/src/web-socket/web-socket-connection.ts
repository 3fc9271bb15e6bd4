import type { IncomingMessage } from 'node:http';
import { ConfigurationError, messageOf } from '@dest/core';
import { WebSocket } from 'ws';
import { connectError } from './connect-error';
import { refusalWords } from './refusal-words';
import { upgradeError } from './upgrade-error';

const CLOSE_PATIENCE_MS = 1_000;
const MOST_REFUSAL_BYTES = 8 * 1024;
const MOST_ANSWER_BYTES = 1024 * 1024;

export interface ConnectionOptions {
  readonly url: string;
  readonly token: string | undefined;
  /** Address and topic, for messages. */
  readonly where: string;
  readonly handshakeTimeoutMs: number;
  readonly heartbeatMs: number;
}

export interface ConnectionEvents {
  onAnswer(text: string): void;
  /** Called once, when an open connection has ended, by either side. */
  onClose(code: number, reason: string): void;
}

/** One WebSocket to one producer endpoint, from its upgrade to its end. */
export class WebSocketConnection {
  readonly #socket: WebSocket;
  #heartbeat: NodeJS.Timeout | undefined;
  #alive = true;

  private constructor(socket: WebSocket, heartbeatMs: number, events: ConnectionEvents) {
    this.#socket = socket;
    let failure: Error | undefined;
    socket.on('message', (data: Buffer) => {
      this.#alive = true;
      events.onAnswer(data.toString());
    });
    socket.on('pong', () => (this.#alive = true));
    socket.on('error', (error) => (failure = error));
    socket.once('close', (code, reason) => {
      clearInterval(this.#heartbeat);
      events.onClose(code, failure?.message ?? reason.toString());
    });
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs);
  }

  /**
   * Connects. Rejects with what `upgradeError` and `connectError` make of a failure.
   * @param signal gives up
   */
  static async open(
    options: ConnectionOptions,
    events: ConnectionEvents,
    signal: AbortSignal,
  ): Promise<WebSocketConnection> {
    const { token, where, heartbeatMs } = options;
    return new Promise((resolve, reject) => {
      const socket = create(options);
      const giveUp = (): void => socket.terminate();
      const failed = (error: Error): void => {
        signal.removeEventListener('abort', giveUp);
        reject(error);
      };
      const onError = (error: Error): void => failed(connectError(where, error));
      signal.addEventListener('abort', giveUp, { once: true });
      socket.on('error', onError);
      socket.once('unexpected-response', (request, response) => {
        void readRefusal(response, token).then((refusal) => {
          failed(upgradeError(where, refusal));
          request.destroy();
        });
      });
      socket.once('open', () => {
        signal.removeEventListener('abort', giveUp);
        socket.off('error', onError);
        resolve(new WebSocketConnection(socket, heartbeatMs, events));
      });
      if (signal.aborted) giveUp();
    });
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  send(frame: string): void {
    // A failure to write ends the connection, and is heard of there.
    this.#socket.send(frame, ignore);
  }

  /** Ends it at once, without asking the other side. */
  drop(): void {
    this.#socket.terminate();
  }

  /** Says good-bye, and resolves when the other side has, or has had its time. */
  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    const patience = setTimeout(() => this.drop(), CLOSE_PATIENCE_MS);
    await new Promise<void>((resolve) => {
      this.#socket.once('close', () => resolve());
      this.#socket.close(1000);
    });
    clearTimeout(patience);
  }

  #beat(): void {
    if (!this.#alive) {
      this.drop();
      return;
    }
    this.#alive = false;
    this.#socket.ping(undefined, undefined, ignore);
  }
}

function create({ url, token, where, handshakeTimeoutMs }: ConnectionOptions): WebSocket {
  try {
    return new WebSocket(url, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      handshakeTimeout: handshakeTimeoutMs,
      // The token stays with the host it is meant for.
      followRedirects: false,
      perMessageDeflate: false,
      maxPayload: MOST_ANSWER_BYTES,
    });
  } catch (cause) {
    throw new ConfigurationError(`${where}: credentials.host or credentials.token can't be used: ${messageOf(cause)}`, {
      code: 'PULSAR_HOST_INVALID',
      cause,
    });
  }
}

function ignore(): void {
  return undefined;
}

async function readRefusal(
  response: IncomingMessage,
  token: string | undefined,
): Promise<{ status: number; words: string; retryAfterSeconds?: number }> {
  let page = '';
  response.setEncoding('utf8');
  try {
    for await (const part of response) {
      page += part;
      if (page.length > MOST_REFUSAL_BYTES) break;
    }
  } catch {
    // The status is all that is needed; the page is a courtesy.
  }
  const after = Number(response.headers['retry-after']);
  return {
    status: response.statusCode ?? 0,
    words: refusalWords(page, response.statusMessage ?? '', token),
    ...(after > 0 ? { retryAfterSeconds: after } : {}),
  };
}
