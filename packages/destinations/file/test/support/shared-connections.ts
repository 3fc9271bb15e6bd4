import type { ConnectionLease, Connections } from '@dest/core';

interface Shared {
  readonly made: Promise<unknown>;
  holders: number;
}

/** Connections by key, counted, as a host has them. */
export class SharedConnections implements Connections {
  readonly #shared = new Map<string, Shared>();

  get open(): readonly string[] {
    return [...this.#shared.keys()];
  }

  async acquire<Connection>(
    key: string,
    create: () => Promise<Connection>,
    dispose: (connection: Connection) => Promise<void>,
  ): Promise<ConnectionLease<Connection>> {
    const shared = this.#shared.get(key) ?? { made: create(), holders: 0 };
    this.#shared.set(key, shared);
    shared.holders++;
    const connection = (await shared.made.catch((error: unknown) => {
      this.#shared.delete(key);
      throw error;
    })) as Connection;
    let released = false;
    const release = async (): Promise<void> => {
      if (released) return;
      released = true;
      if (--shared.holders > 0) return;
      this.#shared.delete(key);
      await dispose(connection);
    };
    return { connection, release };
  }
}
