import type { Connections, Http, HttpExchange, HttpRequest, Logger } from '@dest/core';
import { attributedTo, runAttributed, runUnattributed, runUnattributedAsync } from './attribution';

/** A logger for plugins: what it starts, such as a stream to a file, is not the plugin's that logs first. */
export function unattributedLogger(logger: Logger): Logger {
  const at =
    (level: keyof Logger): Logger['info'] =>
    (...values) =>
      runUnattributed(() => logger[level](...values));
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** A fetch for plugins: the connections that it keeps are not the plugin's that needs them first. */
export function unattributedHttp(http: Http): Http {
  const fetch: Http = (input, init) => runUnattributedAsync(() => http(input, init));
  const { send } = http;
  if (send === undefined) return fetch;
  return Object.assign(fetch, {
    send: (request: HttpRequest): HttpExchange => {
      if (attributedTo() === undefined) return send(request);
      const exchange = runUnattributed(() => send(request));
      // As with fetch: where the plugin awaits it nowhere, a rejection is its fault.
      const answer = (async () => await exchange.answer)();
      return { answer, giveUp: (reason) => runUnattributed(() => exchange.giveUp(reason)) };
    },
  });
}

/**
 * Connections for plugins. One that is shared is the plugin's, and not that destination's which asked for it first or gives
 * it back last.
 */
export function attributedConnections(connections: Connections): Connections {
  return {
    acquire: (key, create, dispose) => {
      const asking = attributedTo();
      if (asking === undefined) return connections.acquire(key, create, dispose);
      const { destination: _destination, ...owner } = asking;
      return runUnattributedAsync(() =>
        connections.acquire(
          key,
          () => runAttributed(owner, create),
          (connection) => runAttributed(owner, () => dispose(connection)),
        ),
      );
    },
  };
}
