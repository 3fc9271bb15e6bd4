import { LocalConnections, type ConnectionKey, type ConnectionLease } from '@dest/core';

/** The connections of a host, which also tell what is open. */
export class ObservedConnections extends LocalConnections {
  readonly #open = new Set<string>();

  /** Keys of what is open, in the order of opening. */
  get open(): readonly string[] {
    return [...this.#open];
  }

  override acquire<Connection>(
    key: ConnectionKey,
    create: () => Promise<Connection>,
    dispose: (connection: Connection) => Promise<void>,
  ): Promise<ConnectionLease<Connection>> {
    const name = typeof key === 'string' ? key : JSON.stringify(key);
    const made = async (): Promise<Connection> => {
      const connection = await create();
      this.#open.add(name);
      return connection;
    };
    const disposed = async (connection: Connection): Promise<void> => {
      this.#open.delete(name);
      await dispose(connection);
    };
    return super.acquire(key, made, disposed);
  }
}
