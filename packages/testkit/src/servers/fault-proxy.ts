import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * What a proxy does to connections, those that are open included. `refuse`: nobody listens. `reset`: resets them as soon as
 * something comes through. `hang`: takes them and lets nothing through, as where a cable was pulled. `lose-answers`: hands
 * requests on, and keeps the answers for good. `slow`: hands everything on in small pieces.
 */
export type ProxyFault = 'refuse' | 'reset' | 'hang' | 'lose-answers' | 'slow';

export interface FaultProxyOptions {
  /** Where the server listens. Default: 127.0.0.1. */
  readonly host?: string;
}

/** Of what clients sent, so much is kept. */
const MAX_KEPT_BYTES = 4 * 1024 * 1024;

/** Pieces of `slow`: small enough that a request comes in several, and not so slow that a large one takes for ever. */
const SLOW_BYTES = 64;
const SLOW_PIECES = 20;
const SLOW_PAUSE_MS = 5;

/** A TCP proxy on loopback in front of any server, which can be told to harm what goes through it. */
export class FaultProxy {
  readonly #target: { readonly host: string; readonly port: number };
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #clients = new Set<Socket>();
  /** Clients whose server is gone, which they were not told. */
  readonly #unanswered = new Set<Socket>();
  readonly #heard: Buffer[] = [];
  #heardBytes = 0;
  #accepted = 0;
  #port = 0;
  #fault: ProxyFault | undefined;

  private constructor(target: { readonly host: string; readonly port: number }) {
    this.#target = target;
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#join(client));
  }

  /** @param port - of the server that it stands in front of */
  static async start(port: number, { host = '127.0.0.1' }: FaultProxyOptions = {}): Promise<FaultProxy> {
    const proxy = new FaultProxy({ host, port });
    await proxy.#listen();
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  /** How many clients are connected now. */
  get connections(): number {
    return this.#clients.size;
  }

  /** How many connections were ever made. */
  get accepted(): number {
    return this.#accepted;
  }

  /** What clients have sent, of all connections, the first 4 MiB; one byte is one character. */
  get heard(): string {
    return Buffer.concat(this.#heard).toString('latin1');
  }

  /** From now on it does this. `refuse` ends the connections that are open. */
  async fail(fault: ProxyFault): Promise<void> {
    const before = this.#fault;
    this.#fault = fault;
    if (fault === 'refuse') {
      await this.#stopListening();
      return;
    }
    if (before === 'refuse') await this.#listen();
    this.#holdOrResume();
  }

  /** From now on it does no harm. What `hang` kept goes on its way. */
  async mend(): Promise<void> {
    const before = this.#fault;
    this.#fault = undefined;
    if (before === 'refuse') await this.#listen();
    this.#holdOrResume();
  }

  /** Resets every connection that is open; new ones are taken. */
  cut(): void {
    for (const socket of this.#sockets) reset(socket);
  }

  /** Safe twice. */
  async stop(): Promise<void> {
    await this.#stopListening();
  }

  async #listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#port, '127.0.0.1', () => {
        this.#server.removeListener('error', reject);
        resolve();
      });
    });
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async #stopListening(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.cut();
    await closed;
  }

  #holdOrResume(): void {
    for (const socket of this.#unanswered) socket.destroy();
    this.#unanswered.clear();
    for (const socket of this.#sockets) {
      if (this.#fault === 'hang') socket.pause();
      else socket.resume();
    }
  }

  #join(client: Socket): void {
    this.#accepted++;
    const server = connect({ ...this.#target, allowHalfOpen: true });
    this.#clients.add(client);
    client.once('close', () => this.#clients.delete(client));
    this.#forward(client, server, true);
    this.#forward(server, client, false);
  }

  #forward(from: Socket, to: Socket, isRequest: boolean): void {
    this.#sockets.add(from);
    // A reset is what this is for.
    from.on('error', () => undefined);
    from.on('close', () => {
      this.#sockets.delete(from);
      // That the server hung up is an answer as well.
      if (!isRequest && this.#fault === 'lose-answers' && !to.readableEnded) this.#unanswered.add(to);
      else to.destroy();
    });
    let sending = Promise.resolve();
    from.on('data', (chunk: Buffer) => {
      if (isRequest) this.#hear(chunk);
      if (this.#fault === 'reset') {
        reset(from);
        reset(to);
      } else if (this.#fault === 'slow') {
        sending = sending.then(() => sendSlowly(chunk, to));
      } else if (isRequest || this.#fault !== 'lose-answers') {
        sending = sending.then(() => void (to.writable && to.write(chunk)));
      }
    });
    from.on('end', () => {
      if (this.#unanswered.delete(from)) from.destroy();
      if (isRequest || this.#fault !== 'lose-answers') void sending.then(() => to.end());
    });
    if (this.#fault === 'hang') from.pause();
  }

  #hear(chunk: Buffer): void {
    if (this.#heardBytes >= MAX_KEPT_BYTES) return;
    this.#heardBytes += chunk.length;
    this.#heard.push(chunk);
  }
}

/** Node loses the handle of a socket that is reset while it is ending. */
function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}

async function sendSlowly(chunk: Buffer, to: Socket): Promise<void> {
  const size = Math.max(SLOW_BYTES, Math.ceil(chunk.length / SLOW_PIECES));
  for (let start = 0; start < chunk.length && to.writable; start += size) {
    to.write(chunk.subarray(start, start + size));
    await new Promise((resolve) => setTimeout(resolve, SLOW_PAUSE_MS));
  }
}
