import { ConfigurationError } from '../errors/configuration-error';
import type { ConnectionKey, ConnectionLease, Connections } from '../ports/connections';

interface Shared {
  readonly connection: Promise<unknown>;
  readonly dispose: (connection: never) => Promise<void>;
  holders: number;
}

/** Counts who holds what, in memory; disposes of a connection when its last holder releases it. */
export class LocalConnections implements Connections {
  readonly #shared = new Map<string, Shared>();
  /** What is being disposed of: the next connection under its key waits for it, so that the two never overlap. */
  readonly #disposing = new Map<string, Promise<void>>();

  async acquire<Connection>(
    connectionKey: ConnectionKey,
    create: () => Promise<Connection>,
    dispose: (connection: Connection) => Promise<void>,
  ): Promise<ConnectionLease<Connection>> {
    const key = textOf(connectionKey);
    let shared = this.#shared.get(key);
    if (shared === undefined) {
      const disposed = this.#disposing.get(key);
      shared = { connection: disposed === undefined ? create() : disposed.then(create), dispose, holders: 0 };
      this.#shared.set(key, shared);
    }
    const held = shared;
    held.holders++;
    try {
      const connection = (await held.connection) as Connection;
      let released: Promise<void> | undefined;
      return { connection, release: () => (released ??= this.#release(key, held)) };
    } catch (error) {
      // Everybody who waited for this attempt fails with it; the next to ask tries afresh.
      if (this.#shared.get(key) === held) this.#shared.delete(key);
      throw error;
    }
  }

  async #release(key: string, shared: Shared): Promise<void> {
    shared.holders--;
    if (shared.holders > 0) return;
    if (this.#shared.get(key) === shared) this.#shared.delete(key);
    const disposed = shared.dispose((await shared.connection) as never);
    const settled = disposed.catch(() => undefined);
    this.#disposing.set(key, settled);
    try {
      await disposed;
    } finally {
      if (this.#disposing.get(key) === settled) this.#disposing.delete(key);
    }
  }
}

/** The same connections with every key under a prefix, so that plugins can't meet each other's. */
export function prefixedConnections(connections: Connections, prefix: string): Connections {
  return {
    // Async, so that a key that is none rejects like everything else that is wrong.
    acquire: async (key, create, dispose) => connections.acquire([prefix, textOf(key)], create, dispose),
  };
}

/** The same text for the same key only: a list is not confused with the text it would be printed as. */
function textOf(key: ConnectionKey): string {
  if (typeof key === 'string') return `"${key}`;
  const isList = Array.isArray(key) && key.every((part) => ['string', 'number', 'boolean'].includes(typeof part));
  if (isList) return JSON.stringify(key);
  throw new ConfigurationError(
    `The key of a connection should be a text or a list of texts, numbers and booleans, is ${key === null ? 'null' : typeof key}. ` +
      'Use [resource.id, resource.version, debug].',
    { code: 'CONNECTION_KEY_INVALID' },
  );
}
