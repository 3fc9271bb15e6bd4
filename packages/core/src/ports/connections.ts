/** A share of a connection. */
export interface ConnectionLease<Connection> {
  readonly connection: Connection;
  /** Gives the share back; the last one disposes of the connection. Safe twice. */
  release(): Promise<void>;
}

/** What a connection is shared under: a text, or a list of parts that are never confused with one another. */
export type ConnectionKey = string | readonly (string | number | boolean)[];

/** Connections that several instances share: opened once per key, counted, disposed of when nobody uses them. */
export interface Connections {
  /**
   * Hands out a share of the connection under `key`, made by `create` where there is none yet.
   * Keys are private to the plugin's package. Put the resource's id and version and `debug` into the key, such as
   * `[resource.id, resource.version, debug]`, so that changed credentials get a new connection and test and production
   * never share one.
   * A `create` that fails is not remembered: the next call tries again.
   *
   * @throws ConfigurationError `CONNECTION_KEY_INVALID` for a key of another kind, which could be confused with others
   */
  acquire<Connection>(
    key: ConnectionKey,
    create: () => Promise<Connection>,
    dispose: (connection: Connection) => Promise<void>,
  ): Promise<ConnectionLease<Connection>>;
}
