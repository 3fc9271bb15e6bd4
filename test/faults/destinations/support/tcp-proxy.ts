import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * What the proxy does to connections. `pass`: nothing. `reset`: resets them as soon as they are made. `reset-request`:
 * resets in the middle of a request's body. `reset-answer`: hands the request on, and resets where the answer should
 * come. `stall`: takes them and is silent for ever, as where a cable was pulled. `stall-answer`: hands the request on, and
 * keeps the answer.
 */
export type ProxyMode = 'pass' | 'reset' | 'reset-request' | 'reset-answer' | 'stall' | 'stall-answer';

/** Bytes of a request that are let through before it is reset: its head and a part of its body. */
const REQUEST_PART = 600;

/** A TCP proxy on loopback that harms what goes through it. */
export class TcpProxy {
  readonly #server: Server;
  readonly #targetPort: number;
  readonly #sockets = new Set<Socket>();
  #mode: ProxyMode = 'pass';
  /** How many connections were harmed. */
  harmed = 0;

  private constructor(targetPort: number) {
    this.#targetPort = targetPort;
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#take(client));
  }

  static async start(targetPort: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on, for new connections; those that are open are cut off. */
  set mode(mode: ProxyMode) {
    this.#mode = mode;
    this.#cutOff();
  }

  async stop(): Promise<void> {
    this.#cutOff();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #cutOff(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  #take(client: Socket): void {
    this.#keep(client);
    const mode = this.#mode;
    if (mode !== 'pass') this.harmed++;
    if (mode === 'reset') {
      client.resetAndDestroy();
      return;
    }
    if (mode === 'stall') {
      client.pause();
      return;
    }
    const target = connect(this.#targetPort, '127.0.0.1');
    this.#keep(target);
    client.on('end', () => target.end());
    target.on('end', () => client.end());
    client.on('close', () => target.destroy());
    target.on('close', () => client.destroy());
    this.#forward(mode, client, target);
  }

  #forward(mode: ProxyMode, client: Socket, target: Socket): void {
    let received = 0;
    client.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (mode !== 'reset-request' || received <= REQUEST_PART) {
        target.write(chunk);
        return;
      }
      target.write(chunk.subarray(0, Math.max(0, chunk.length - (received - REQUEST_PART))));
      client.resetAndDestroy();
    });
    target.on('data', (chunk: Buffer) => {
      if (mode === 'reset-answer') client.resetAndDestroy();
      else if (mode !== 'stall-answer') client.write(chunk);
    });
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    // A reset is what this is for.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
  }
}
