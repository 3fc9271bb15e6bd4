import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A way to a broker that counts its connections, and can be made to swallow answers and to break. */
export class TcpProxy {
  /** Connections through which something was sent are open now, and were open at once at most. */
  open = 0;
  most = 0;
  /** How many there have been. */
  joined = 0;
  /** Whether what the broker says is lost. */
  mute = false;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(port: number) {
    this.#server = createServer((client) => this.#join(client, connect(port, '127.0.0.1')));
  }

  /**
   * @param port of the broker, on loopback
   * @param address where the proxy listens
   */
  static async start(port: number, address = '127.0.0.1'): Promise<TcpProxy> {
    const proxy = new TcpProxy(port);
    await new Promise<void>((resolve) => proxy.#server.listen(0, address, resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Ends every connection that is open. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(client: Socket, broker: Socket): void {
    this.open += 1;
    this.joined += 1;
    this.most = Math.max(this.most, this.open);
    client.once('close', () => (this.open -= 1));
    for (const [socket, other] of [
      [client, broker],
      [broker, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (data) => broker.write(data));
    broker.on('data', (data) => void (this.mute || client.write(data)));
    client.once('end', () => broker.end());
    broker.once('end', () => client.end());
  }
}
