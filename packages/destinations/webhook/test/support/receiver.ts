import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the receiver saw it. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers one request; the default is an empty 200. */
export type Answering = (received: Received, response: ServerResponse) => void;

/** A real HTTP server on loopback that keeps what it received. */
export class Receiver {
  readonly received: Received[] = [];
  connections = 0;

  private constructor(
    readonly server: Server,
    public answer: Answering,
  ) {
    server.on('connection', () => this.connections++);
  }

  static async start(
    answer: Answering = (_received, response) => response.end(),
    create: (listener: RequestListener) => Server = createServer,
  ): Promise<Receiver> {
    const server: Server = create((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        const received = { method, url, headers, body: Buffer.concat(chunks).toString() };
        receiver.received.push(received);
        receiver.answer(received, response);
      });
    });
    const receiver = new Receiver(server, answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
