import { PermanentError, ConfigurationError } from '@dest/core';
import type { Socket } from 'node:net';
import { redactValue } from '../application/redact-value';
import { toControlFailure } from './control-error';
import { callControl, type ControlMethods } from './control-methods';
import {
  CONTROL_VERSION,
  hello,
  MAX_REQUEST_BYTES,
  type ControlFailure,
  type ControlHello,
  type ControlReply,
} from './control-protocol';
import { LineSplitter } from './line-splitter';

/** A client that asks for more at a time waits for replies to what it asked before. */
const MAX_UNDER_WAY = 16;
/** A client from which nothing came for so long, and that waits for nothing, is let go. */
const IDLE_MS = 10 * 60_000;

export interface ControlSessionOptions {
  readonly control: ControlMethods;
  readonly redact: (text: string) => string;
  /** How long a client may take to say hello, in milliseconds. */
  readonly helloTimeoutMs: number;
}

/** Serves one client. Whatever the client does, nobody else notices. */
export class ControlSession {
  readonly #socket: Socket;
  readonly #options: ControlSessionOptions;
  readonly #underWay = new Set<Promise<void>>();
  #greeted = false;
  #closing = false;

  constructor(socket: Socket, options: ControlSessionOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  /** Resolves when the client is gone. Never rejects. */
  async serve(): Promise<void> {
    const socket = this.#socket;
    socket.on('error', () => socket.destroy());
    socket.setTimeout(this.#options.helloTimeoutMs, () => this.#onSilence());
    const lines = new LineSplitter(MAX_REQUEST_BYTES);
    try {
      await this.#write({ ...hello() });
      // The socket is still needed when the reading ends: for answers, and for saying what was wrong.
      for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
        for (const line of lines.push(chunk as Buffer)) await this.#take(line);
        if (this.#closing) break;
      }
    } catch (error) {
      // A line that is too long, or one that is no request. A socket that broke takes no answer, which does no harm.
      await this.#write({ id: null, error: toControlFailure(refusal(error)) });
    }
    await Promise.all(this.#underWay);
    socket.end(() => socket.destroy());
    socket.setTimeout(this.#options.helloTimeoutMs, () => socket.destroy());
  }

  /** Answers what was asked already, takes nothing more; resolves when that is done, or the client is gone. */
  async close(): Promise<void> {
    this.#closing = true;
    const gone = new Promise<void>((resolve) => {
      if (this.#socket.destroyed) resolve();
      else this.#socket.once('close', resolve);
    });
    await Promise.race([Promise.all(this.#underWay), gone]);
    this.#socket.end(() => this.#socket.destroy());
    await gone;
  }

  /** Lets the client go at once. */
  destroy(): void {
    this.#socket.destroy();
  }

  async #take(line: string): Promise<void> {
    if (line.trim() === '' || this.#closing) return;
    const message = parse(line);
    if (!this.#greeted) {
      checkHello(message);
      this.#greeted = true;
      this.#socket.setTimeout(IDLE_MS);
      return;
    }
    const { id, method, params } = message;
    const isId = typeof id === 'number' || (typeof id === 'string' && id.length <= 100);
    if (!isId || typeof method !== 'string')
      throw new Error('a request has an id and a method, both texts or the id a number');
    while (this.#underWay.size >= MAX_UNDER_WAY) await Promise.race(this.#underWay);
    const answering = this.#answer(id, method, params).finally(() => this.#underWay.delete(answering));
    this.#underWay.add(answering);
  }

  async #answer(id: number | string, method: string, params: unknown): Promise<void> {
    const { control, redact } = this.#options;
    let reply: ControlReply;
    try {
      reply = { id, result: redactValue((await callControl(control, method, params)) ?? null, redact) };
    } catch (error) {
      reply = { id, error: redactValue(toControlFailure(error), redact) as ControlFailure };
    }
    await this.#write(reply);
  }

  /** Resolves when the client has taken it, or is gone. */
  #write(message: object): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.destroyed) resolve();
      else this.#socket.write(`${JSON.stringify(message)}\n`, () => resolve());
    });
  }

  #onSilence(): void {
    const isWaiting = this.#underWay.size > 0 && this.#socket.writableLength === 0;
    if (!this.#greeted || !isWaiting) this.#socket.destroy();
  }
}

function parse(line: string): Readonly<Record<string, unknown>> {
  const message: unknown = JSON.parse(line);
  if (typeof message !== 'object' || message === null) throw new Error('a line is an object');
  return message as Readonly<Record<string, unknown>>;
}

function checkHello({ protocol, version }: Partial<ControlHello>): void {
  if (protocol !== 'dest-control') throw new Error(`the first line is ${JSON.stringify(hello())}`);
  if (version === CONTROL_VERSION) return;
  throw new ConfigurationError(
    `This host speaks version ${CONTROL_VERSION} of the control protocol, and was asked for version ${String(version)}. ` +
      'Use the dest command of the version that the host is.',
    { code: 'CONTROL_VERSION_UNSUPPORTED' },
  );
}

function refusal(error: unknown): Error {
  if (error instanceof ConfigurationError) return error;
  const message = `What came is no request: ${(error as Error).message}.`;
  return new PermanentError(message, { code: 'CONTROL_REQUEST_INVALID', cause: error });
}
