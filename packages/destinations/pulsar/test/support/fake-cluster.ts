import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Refusal } from './fake-broker';

/** A message of the subscription. */
export interface StoredMessage {
  readonly payload: string | Buffer;
  readonly key?: string;
  readonly properties?: Record<string, string>;
}

/** A message that was sent to some topic. */
export interface SentMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly key?: string;
  readonly properties: Record<string, string>;
}

const PUBLISHED = '2030-01-02T03:04:05.678+01:00';

/**
 * Plays Pulsar's WebSocket API with one subscription: sends ahead as much as the receiver queue holds, and again, to the next
 * connection, what was not acknowledged. Takes what producers send.
 */
export class FakeCluster {
  readonly requests: URL[] = [];
  readonly sent: SentMessage[] = [];
  /** Numbers of messages, counted from 1. */
  readonly acknowledged: number[] = [];
  readerAcknowledged = 0;
  /** How many messages were asked for, each time. */
  readonly permits: number[] = [];
  /** How many were under way at most. */
  mostUnacknowledged = 0;
  refuse: (url: URL) => Refusal | undefined = () => undefined;
  /** What a producer's frame is answered with. */
  answer: (topic: string) => object = () => ({ result: 'ok', messageId: 'id' });
  readonly #messages: StoredMessage[] = [];
  readonly #server: Server;
  readonly #upgrades: WebSocketServer;
  #autoPong: boolean;
  #reader: Reader | undefined;

  private constructor(autoPong: boolean) {
    this.#autoPong = autoPong;
    this.#server = createServer((_request, response) => response.writeHead(404).end());
    this.#upgrades = new WebSocketServer({ noServer: true, maxPayload: 8 * 1024 * 1024, autoPong: false });
    this.#server.on('upgrade', (request: IncomingMessage, socket, head) => {
      const url = new URL(request.url ?? '', 'http://cluster');
      this.requests.push(url);
      const refusal = this.refuse(url);
      if (refusal === undefined) {
        this.#upgrades.handleUpgrade(request, socket, head, (client) => this.#serve(client, url));
        return;
      }
      socket.on('error', () => undefined);
      const length = Buffer.byteLength(refusal.body ?? '');
      socket.end(`HTTP/1.1 ${refusal.status} Refused\r\ncontent-length: ${length}\r\n\r\n${refusal.body ?? ''}`);
    });
  }

  static async start({ autoPong = true } = {}): Promise<FakeCluster> {
    const cluster = new FakeCluster(autoPong);
    await new Promise<void>((resolve) => cluster.#server.listen(0, '127.0.0.1', resolve));
    return cluster;
  }

  get host(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get readers(): readonly URL[] {
    return this.requests.filter(({ pathname }) => pathname.includes('/reader/'));
  }

  get consumers(): readonly URL[] {
    return this.requests.filter(({ pathname }) => pathname.includes('/consumer/'));
  }

  publish(...messages: readonly StoredMessage[]): void {
    this.#messages.push(...messages);
    this.#reader?.push();
  }

  /** Sends what is not acknowledged once more, by the same connection, as when Pulsar's own to the broker was lost. */
  redeliver(): void {
    this.#reader?.again();
  }

  /** The connection of the consumer ends. */
  disconnect(): void {
    this.#reader?.socket.terminate();
  }

  /** What the consumer is sent, as text, that is no message. */
  say(text: string | Buffer): void {
    this.#reader?.socket.send(text, { binary: false });
  }

  async stop(): Promise<void> {
    for (const client of this.#upgrades.clients) client.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: WebSocket, url: URL): void {
    socket.on('error', () => undefined);
    socket.on('ping', () => this.#autoPong && socket.pong());
    const topic = url.pathname.split('/').slice(4, 8).map(decodeURIComponent).join('/');
    if (url.pathname.includes('/consumer/')) this.#read(socket, url.searchParams);
    else if (url.pathname.includes('/reader/')) this.#follow(socket, url.searchParams.get('messageId') ?? '');
    else socket.on('message', (data: Buffer) => this.#take(socket, topic, data.toString()));
  }

  #take(socket: WebSocket, topic: string, text: string): void {
    const frame = JSON.parse(text) as {
      payload: string;
      context: string;
      key?: string;
      properties: SentMessage['properties'];
    };
    const { payload, context, key, properties } = frame;
    const answer = this.answer(topic) as { result?: string };
    if (answer.result === 'ok') {
      const keyed = key === undefined ? {} : { key };
      this.sent.push({ topic, payload: Buffer.from(payload, 'base64'), ...keyed, properties });
    }
    socket.send(JSON.stringify({ ...answer, context }));
  }

  /** A reader acknowledges nothing for good: it only makes room for more. */
  #follow(socket: WebSocket, after: string): void {
    let next = after === 'earliest' ? 1 : numberOf(after) + 1;
    const push = (): void => {
      for (; next <= this.#messages.length; next++) socket.send(frameOf(next, this.#messages[next - 1]!));
    };
    this.#reader = { socket, push, again: () => undefined };
    socket.on('message', () => this.readerAcknowledged++);
    push();
  }

  #read(socket: WebSocket, parameters: URLSearchParams): void {
    const underWay = new Set<number>();
    const isPulled = parameters.get('pullMode') === 'true';
    const queueSize = Number(parameters.get('receiverQueueSize'));
    let permits = 0;
    let next = 1;
    const hasRoom = (): boolean => (isPulled ? permits > 0 : underWay.size < queueSize);
    const push = (): void => {
      for (; next <= this.#messages.length && hasRoom(); next++) {
        if (this.acknowledged.includes(next)) continue;
        permits--;
        underWay.add(next);
        this.mostUnacknowledged = Math.max(this.mostUnacknowledged, underWay.size);
        socket.send(frameOf(next, this.#messages[next - 1]!));
      }
    };
    const again = (): void => {
      next = 1;
      push();
    };
    this.#reader = { socket, push, again };
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as { messageId: string; permitMessages?: number };
      if (frame.permitMessages !== undefined) {
        permits += frame.permitMessages;
        this.permits.push(frame.permitMessages);
        return push();
      }
      const number = numberOf(frame.messageId);
      underWay.delete(number);
      this.acknowledged.push(number);
      push();
    });
    push();
  }
}

interface Reader {
  readonly socket: WebSocket;
  readonly push: () => void;
  /** Sends what is not acknowledged once more. */
  readonly again: () => void;
}

function frameOf(number: number, { payload, key, properties = {} }: StoredMessage): string {
  return JSON.stringify({
    messageId: messageIdOf(number),
    payload: Buffer.from(payload).toString('base64'),
    properties,
    publishTime: PUBLISHED,
    ...(key === undefined ? {} : { key }),
  });
}

/** Ledger 7, the number as entry (below 128), no partition, index 0. */
function messageIdOf(number: number): string {
  return Buffer.from([0x08, 7, 0x10, number, 0x20, 0]).toString('base64');
}

function numberOf(messageId: string): number {
  return Buffer.from(messageId, 'base64')[3] as number;
}
