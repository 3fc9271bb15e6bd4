import { isIP, Socket, type TcpNetConnectOpts } from 'node:net';

type Lookup = NonNullable<TcpNetConnectOpts['lookup']>;

/** The one loopback address that is reached as it is. */
const LOOPBACK = '127.0.0.1';

/**
 * Has this process reach receivers on this machine where others would be: what connects to an address connects to the
 * port that belongs to it, at loopback. So a connection that should not have been made is seen by whom it would reach, and
 * an address that is nobody's here can be delivered to. Until the end of the test.
 *
 * @param portOf - the port by address, as it is connected to; undefined: it goes where it goes
 */
export function rerouteConnections(portOf: (address: string) => number | undefined): void {
  const connect = Socket.prototype.connect as (this: Socket, options: object) => Socket;
  const rerouted = jest.spyOn(Socket.prototype, 'connect') as unknown as jest.SpyInstance<Socket, unknown[]>;
  const go = (socket: Socket, options: TcpNetConnectOpts, address: string): void => {
    const port = portOf(address);
    const { lookup: _, ...rest } = options;
    connect.call(socket, port === undefined ? { ...rest, host: address } : { ...rest, host: LOOPBACK, port });
  };
  rerouted.mockImplementation(function (this: Socket, ...parameters: unknown[]): Socket {
    const [first] = Array.isArray(parameters[0]) ? (parameters[0] as unknown[]) : parameters;
    const options = first as TcpNetConnectOpts;
    const { host = LOOPBACK, lookup } = options;
    if (isIP(host) !== 0 || lookup === undefined) go(this, options, host);
    else lookUp(lookup, host).then((address) => go(this, options, address), (error: Error) => this.destroy(error)); // prettier-ignore
    return this;
  });
}

function lookUp(lookup: Lookup, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    lookup(host, {}, (error, found) => {
      const [address] = Array.isArray(found) ? found.map((each) => each.address) : [found];
      if (error !== null || address === undefined) reject(error ?? new Error(`${host} has no address`));
      else resolve(address);
    });
  });
}

afterEach(() => jest.restoreAllMocks());
