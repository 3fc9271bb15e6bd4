import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { ConfigurationError, failureOf, messageOf } from '@dest/core';
import { WebSocket } from 'ws';
import type { Scrub } from '../access/scrubber';
import { parseRetryAfter } from '../failures/parse-retry-after';
import { connectError } from './connect-error';
import { maskedFrames, type FrameText } from './masked-frames';
import { refusalWords } from './refusal-words';
import { upgradeError, type PulsarAction, type Refusal } from './upgrade-error';
import type { WebSocketAccess } from './web-socket-access';

const CLOSE_PATIENCE_MS = 1_000;
const MOST_REFUSAL_BYTES = 8 * 1024;
const MOST_ANSWER_BYTES = 1024 * 1024;

export interface ConnectionOptions {
  readonly url: string;
  readonly access: WebSocketAccess;
  /** Address and topic, for messages. */
  readonly where: string;
  readonly handshakeTimeoutMs: number;
  readonly heartbeatMs: number;
  /** What the connection is for: `produce` by default. */
  readonly action?: PulsarAction;
  /** How much one frame may have that comes. Default: 1 MiB. */
  readonly maxAnswerBytes?: number;
}

export interface ConnectionEvents {
  /** A whole frame; where it is text, nobody has looked yet whether it is UTF-8. */
  onAnswer(bytes: Buffer): void;
  /** Called once, when an open connection has ended, by either side. */
  onClose(code: number, reason: string): void;
}

/** One WebSocket to one endpoint of a producer or a consumer, from its upgrade to its end. */
export class WebSocketConnection {
  readonly #socket: WebSocket;
  /** What the socket writes to. */
  readonly #stream: Duplex;
  #heartbeat: NodeJS.Timeout | undefined;
  #alive = true;

  private constructor(socket: WebSocket, stream: Duplex, heartbeatMs: number, events: ConnectionEvents) {
    this.#socket = socket;
    this.#stream = stream;
    let failure: Error | undefined;
    socket.on('message', (data: Buffer) => {
      this.#alive = true;
      events.onAnswer(data);
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
   * Connects. Where Pulsar refuses a token that has been in use for a while, it is tried once more with a new one.
   * Rejects with what `upgradeError` and `connectError` make of a failure, or with why no token could be had.
   * @param signal gives up
   */
  static async open(
    options: ConnectionOptions,
    events: ConnectionEvents,
    signal: AbortSignal,
  ): Promise<WebSocketConnection> {
    const { access, heartbeatMs } = options;
    // Made while the socket opens: what comes first may come together with the answer.
    const use = (socket: WebSocket, stream: Duplex): WebSocketConnection =>
      new WebSocketConnection(socket, stream, heartbeatMs, events);
    const authorization = await access.authorization();
    try {
      return await dial(options, authorization, use, signal);
    } catch (error) {
      const refused = failureOf(error).code === 'PULSAR_NOT_AUTHENTICATED';
      if (!refused || authorization === undefined || !access.renew(authorization)) throw error;
      return dial(options, await access.authorization(), use, signal);
    }
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  send(text: string): void {
    // A failure to write ends the connection, and is heard of there.
    this.#socket.send(text);
  }

  /**
   * Sends many texts, in order, in one write.
   * The socket is written to past `ws`, which does the same for one frame after another: its own ones, such as pings, come
   * whole before or after these.
   */
  sendAll(texts: readonly FrameText[]): void {
    if (this.isOpen) this.#stream.write(maskedFrames(texts));
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

async function dial<Connection>(
  options: ConnectionOptions,
  authorization: string | undefined,
  use: (socket: WebSocket, stream: Duplex) => Connection,
  signal: AbortSignal,
): Promise<Connection> {
  const { access, where, action } = options;
  return new Promise((resolve, reject) => {
    const socket = create(options, authorization);
    const giveUp = (): void => socket.terminate();
    const failed = (error: Error): void => {
      signal.removeEventListener('abort', giveUp);
      reject(error);
    };
    const onError = (error: Error): void => failed(connectError(where, error));
    signal.addEventListener('abort', giveUp, { once: true });
    socket.on('error', onError);
    socket.once('unexpected-response', (request, response) => {
      void readRefusal(response, access.scrub).then((refusal) => {
        failed(upgradeError(where, refusal, action));
        request.destroy();
      });
    });
    let stream: Duplex | undefined;
    socket.once('upgrade', (response) => (stream = response.socket));
    socket.once('open', () => {
      signal.removeEventListener('abort', giveUp);
      socket.off('error', onError);
      resolve(use(socket, stream as Duplex));
    });
    if (signal.aborted) giveUp();
  });
}

function create(
  { url, access, where, handshakeTimeoutMs, maxAnswerBytes }: ConnectionOptions,
  authorization: string | undefined,
): WebSocket {
  try {
    return new WebSocket(url, {
      ...access.tls,
      headers: authorization === undefined ? {} : { authorization },
      handshakeTimeout: handshakeTimeoutMs,
      // The credentials stay with the host they are meant for.
      followRedirects: false,
      perMessageDeflate: false,
      // What nearly every frame is can be told at less cost.
      skipUTF8Validation: true,
      maxPayload: maxAnswerBytes ?? MOST_ANSWER_BYTES,
    });
  } catch (cause) {
    throw new ConfigurationError(`${where}: credentials.host or the credentials can't be used: ${messageOf(cause)}`, {
      code: 'PULSAR_HOST_INVALID',
      cause,
    });
  }
}

function ignore(): void {
  return undefined;
}

async function readRefusal(response: IncomingMessage, scrub: Scrub): Promise<Refusal> {
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
  return {
    status: response.statusCode ?? 0,
    words: refusalWords(page, response.statusMessage ?? '', scrub),
    retryAfterMs: parseRetryAfter(response.headers['retry-after'], Date.now()),
  };
}
