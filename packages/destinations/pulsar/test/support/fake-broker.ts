import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TlsOptions } from 'node:tls';
import { WebSocketServer, type WebSocket } from 'ws';

export interface Frame {
  readonly context: string;
  readonly payload: string;
  readonly key?: string;
  readonly properties: Record<string, string>;
  readonly eventTime?: string;
  readonly deliverAfterMs?: number;
}

export interface Refusal {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

export interface Behaviour {
  /** Refuses an upgrade. `connection` counts from 1. */
  refuse?: (request: IncomingMessage, connection: number) => Refusal | undefined;
  /** Called for each frame instead of acknowledging it. */
  onFrame?: (frame: Frame, client: Client) => void;
  readonly autoPong?: boolean;
}

/** One connection, as the broker sees it. */
export interface Client {
  /** Counts from 1. */
  readonly connection: number;
  readonly socket: WebSocket;
  acknowledge(frame: Pick<Frame, 'context'>): void;
  answer(value: object): void;
}

/** A real WebSocket server on loopback that plays Pulsar's producer endpoint. */
export class FakeBroker {
  readonly requests: IncomingMessage[] = [];
  /** Payloads as text, by connection, in the order of arrival. */
  readonly received: string[][] = [];
  readonly clients: Client[] = [];
  readonly pings: number[] = [];
  behaviour: Behaviour;
  readonly #secure: boolean;
  readonly #server: Server;
  readonly #upgrades: WebSocketServer;

  private constructor(behaviour: Behaviour, tls: TlsOptions | undefined) {
    this.behaviour = behaviour;
    this.#secure = tls !== undefined;
    this.#server = tls === undefined ? createServer() : createSecureServer(tls);
    this.#server.on('request', (_request, response) => response.writeHead(404).end());
    this.#upgrades = new WebSocketServer({
      noServer: true,
      maxPayload: 8 * 1024 * 1024,
      autoPong: behaviour.autoPong ?? true,
    });
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** @param tls makes it listen for `wss://` */
  static async start(behaviour: Behaviour = {}, tls?: TlsOptions): Promise<FakeBroker> {
    const broker = new FakeBroker(behaviour, tls);
    await new Promise<void>((resolve) => broker.#server.listen(0, '127.0.0.1', resolve));
    return broker;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get host(): string {
    return `${this.#secure ? 'wss' : 'ws'}://127.0.0.1:${this.port}`;
  }

  /** Everything that came, over all connections. */
  get payloads(): string[] {
    return this.received.flat();
  }

  async stop(): Promise<void> {
    for (const { socket } of this.clients) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.requests.push(request);
    const connection = this.requests.length;
    const refusal = this.behaviour.refuse?.(request, connection);
    if (refusal !== undefined) {
      // Who was refused may hang up before it has read all of it.
      socket.on('error', () => undefined);
      const { status, headers = {}, body = '' } = refusal;
      const lines = Object.entries({ ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' });
      const text = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
      socket.end(`HTTP/1.1 ${status} Refused\r\n${text}\r\n${body}`);
      return;
    }
    this.#upgrades.handleUpgrade(request, socket, head, (client) => this.#serve(client, connection));
  }

  #serve(socket: WebSocket, connection: number): void {
    const received: string[] = [];
    this.received.push(received);
    const client: Client = {
      connection,
      socket,
      answer: (value) => socket.send(JSON.stringify(value)),
      acknowledge: ({ context }) => client.answer({ result: 'ok', messageId: `id-${context}`, context, errorCode: 0 }),
    };
    this.clients.push(client);
    socket.on('error', () => undefined);
    socket.on('ping', () => this.pings.push(connection));
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as Frame;
      received.push(payloadOf(frame));
      if (this.behaviour.onFrame === undefined) client.acknowledge(frame);
      else this.behaviour.onFrame(frame, client);
    });
  }
}

export function payloadOf(frame: Frame): string {
  return Buffer.from(frame.payload, 'base64').toString();
}
