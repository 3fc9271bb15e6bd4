import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OtherSide } from '../destination/other-side';
import type { FakeHttpAnswer, FakeHttpRequest } from './fake-http-exchange';
import { HttpFaults } from './http-faults';

/** Decides what a request is answered with. `count` is 1 for the first. */
export type FakeHttpAnswering = (request: FakeHttpRequest, count: number) => FakeHttpAnswer | Promise<FakeHttpAnswer>;

/** A real HTTP server on loopback that keeps what it was sent and answers what it is told. */
export class FakeHttpServer implements OtherSide {
  /** All requests, in the order of arrival. */
  readonly requests: FakeHttpRequest[] = [];
  /** The requests that were answered with 2xx. */
  readonly taken: FakeHttpRequest[] = [];
  readonly faults = new HttpFaults();
  /** What is answered where no fault is set. */
  answer: FakeHttpAnswering;
  readonly #server: Server;

  private constructor(answer: FakeHttpAnswering) {
    this.answer = answer;
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('error', () => undefined);
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        void this.#serve({ method, url, headers, body: Buffer.concat(chunks).toString() }, response);
      });
    });
  }

  /** @param answer - Default: an empty 200 */
  static async start(answer: FakeHttpAnswering = () => ({})): Promise<FakeHttpServer> {
    const server = new FakeHttpServer(answer);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Ends every connection, and resolves when it no longer listens. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: FakeHttpRequest, response: ServerResponse): Promise<void> {
    this.requests.push(request);
    const given = this.faults.answerTo(request) ?? (await this.answer(request, this.requests.length));
    const { status = 200, headers = {}, body = '', delayMs = 0, instead } = given;
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    const { socket } = response;
    if (instead === 'hang') return;
    if (instead === 'reset') return void socket?.resetAndDestroy();
    if (instead === 'close') return void socket?.destroy();
    if (status >= 200 && status <= 299) this.taken.push(request);
    const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    response.writeHead(status, { ...headers, 'content-length': bytes.length + (instead === 'cut' ? 100 : 0) });
    if (instead === 'cut') response.write(bytes, () => socket?.destroy());
    else response.end(bytes);
  }
}
