import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import {
  defineSchema,
  DestinationInterface,
  RegisterDestination,
  TransientError,
  type Data,
  type DispatchContext,
  type Event,
  type LifecycleContext,
  type Profile,
  type Session,
  type TypeOf,
} from '@dest/core';
import type { DestinationKit, OtherSide } from '../../../src/index';

const credentials = defineSchema({ type: 'object', properties: {}, additionalProperties: false });

const init = defineSchema({
  type: 'object',
  properties: { port: { type: 'integer', description: 'Where the collector listens.' } },
  required: ['port'],
  additionalProperties: false,
});

const unreachable = (cause: unknown): Error =>
  new TransientError('The collector can not be reached. See whether it runs.', {
    code: 'LINES_UNREACHABLE',
    scope: 'destination',
    cause,
  });

/** Writes lines to a TCP connection, as collectors of logs take them: nobody ever says that one has arrived. */
export class LineDestination extends DestinationInterface<TypeOf<typeof credentials>, TypeOf<typeof init>> {
  #socket: Socket | undefined;

  override async open({ signal }: LifecycleContext): Promise<void> {
    await this.#connected(signal);
  }

  async dispatchEvent(
    data: Data,
    _profile: Profile | undefined,
    _session: Session | undefined,
    _event: Event,
    { signal }: DispatchContext,
  ): Promise<void> {
    await this.#write(data, signal);
  }

  async dispatchProfile(
    data: Data,
    _profile: Profile,
    _session: Session | undefined,
    { signal }: DispatchContext,
  ): Promise<void> {
    await this.#write(data, signal);
  }

  override async close(): Promise<void> {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  async #write(data: Data, signal: AbortSignal): Promise<void> {
    const socket = await this.#connected(signal);
    await new Promise<void>((resolve, reject) => {
      socket.write(`${JSON.stringify(data)}\n`, (error) => (error ? reject(unreachable(error)) : resolve()));
    });
  }

  async #connected(signal: AbortSignal): Promise<Socket> {
    const current = this.#socket;
    if (current !== undefined && !current.destroyed) return current;
    const socket = connect({ port: this.init.port, host: '127.0.0.1' });
    socket.on('error', () => undefined);
    try {
      await once(socket, 'connect', { signal });
    } catch (cause) {
      socket.destroy();
      throw unreachable(cause);
    }
    this.#socket?.destroy();
    this.#socket = socket;
    return socket;
  }
}

RegisterDestination({
  package: '@acme/lines',
  title: 'Lines',
  description: 'Writes lines to a connection.',
  credentials,
  init,
})(LineDestination);

interface Collector extends OtherSide {
  readonly texts: Map<Socket, string>;
}

export const lineKit: DestinationKit<Collector> = {
  start: async () => {
    const texts = new Map<Socket, string>();
    const server = createServer((socket) => {
      texts.set(socket, '');
      socket.setEncoding('utf8').on('error', () => undefined);
      socket.on('data', (text: string) => texts.set(socket, texts.get(socket) + text));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return {
      texts,
      port: (server.address() as AddressInfo).port,
      stop: async () => {
        for (const socket of texts.keys()) socket.destroy();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  },
  init: ({ port }) => ({ port }),
  received: ({ texts }) =>
    [...texts.values()]
      .flatMap((text) => text.split('\n').slice(0, -1))
      .map((line) => ({ data: JSON.parse(line) as unknown })),
  cannot: { answers: 'lines are written, and nobody says that they arrived', idempotencyKeys: 'a line is the payload' },
};
