import type { ConnectionLease, Connections } from '@dest/core';

interface Entry {
  readonly connection: Promise<unknown>;
  readonly dispose: (connection: never) => Promise<void>;
  shares: number;
}

/** Connections shared by key and counted, as a host does it. */
export class MemoryConnections implements Connections {
  readonly #entries = new Map<string, Entry>();

  /** Keys of what is open. */
  get open(): readonly string[] {
    return [...this.#entries.keys()];
  }

  async acquire<Connection>(
    key: string,
    create: () => Promise<Connection>,
    dispose: (connection: Connection) => Promise<void>,
  ): Promise<ConnectionLease<Connection>> {
    const entry = this.#entries.get(key) ?? { connection: create(), dispose, shares: 0 };
    this.#entries.set(key, entry);
    entry.shares += 1;
    try {
      return this.#lease(key, entry, (await entry.connection) as Connection);
    } catch (error) {
      this.#entries.delete(key);
      throw error;
    }
  }

  #lease<Connection>(key: string, entry: Entry, connection: Connection): ConnectionLease<Connection> {
    let released = false;
    return {
      connection,
      release: async () => {
        if (released) return;
        released = true;
        entry.shares -= 1;
        if (entry.shares > 0) return;
        this.#entries.delete(key);
        await entry.dispose(connection as never);
      },
    };
  }
}
