import type * as Undici from 'undici';
import type { NetworkGuard } from './network-guard';

/** An undici agent, one pool of connections per origin, whose connectors ask the guard. */
export function guardedAgent(undici: typeof Undici, guard: NetworkGuard): Undici.Agent {
  return new undici.Agent({
    factory: (origin, options) => {
      const connect = guardedConnector(undici, guard, portOf(new URL(origin)));
      return new undici.Pool(origin, { ...(options as Undici.Pool.Options), connect });
    },
  });
}

function guardedConnector(undici: typeof Undici, guard: NetworkGuard, port: number): Undici.buildConnector.connector {
  // The cast: the option is net.connect's and tls.connect's, which undici passes on.
  const connect = undici.buildConnector({ lookup: guard.lookup(port) });
  return (options, callback) => {
    // net.connect doesn't look an IP address up.
    const refusal = guard.refusalOfLiteral(options.hostname, port);
    if (refusal === undefined) connect(options, callback);
    else queueMicrotask(() => callback(refusal, null));
  };
}

function portOf(origin: URL): number {
  if (origin.port !== '') return Number(origin.port);
  return origin.protocol === 'https:' ? 443 : 80;
}
