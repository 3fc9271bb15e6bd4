import type { Socket } from 'node:net';
import { fromControlFailure } from './control-error';
import type { ControlReply } from './control-protocol';

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  /** What it fails with where no answer comes. */
  readonly lost: Error;
}

/** The client's side of a connection on which hello was said: requests, and their answers by id. */
export class ControlConnection {
  readonly #socket: Socket;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('close', () => this.#loseAll());
  }

  /** @throws the error that the host answers with; `lost` where it goes away before it answers */
  request(method: string, params: object, lost: Error): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed || this.#socket.writableEnded) return reject(lost);
      const id = ++this.#lastId;
      this.#pending.set(id, { resolve, reject, lost });
      return void this.#socket.write(`${JSON.stringify({ id, method, params })}\n`);
    });
  }

  /** Takes a line that the host said. */
  take(line: string): void {
    const reply = JSON.parse(line) as ControlReply;
    if ('error' in reply && reply.id === null) {
      // It was about everything that was said on this connection.
      const error = fromControlFailure(reply.error);
      for (const { reject } of this.#pending.values()) reject(error);
      this.#pending.clear();
      return;
    }
    const pending = this.#pending.get(reply.id as number);
    this.#pending.delete(reply.id as number);
    if ('error' in reply) pending?.reject(fromControlFailure(reply.error));
    else pending?.resolve(reply.result);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.destroyed) return resolve();
      this.#socket.once('close', () => resolve());
      this.#socket.destroy();
      return undefined;
    });
  }

  #loseAll(): void {
    for (const { reject, lost } of this.#pending.values()) reject(lost);
    this.#pending.clear();
  }
}
