/** Where the host lets its destinations connect to. Public addresses always; others where `allow` has them. */
export interface NetworkPolicy {
  /**
   * Exceptions, each one of: an IP address (`127.0.0.1`, `::1`), a range (`10.0.0.0/8`, `fd00::/8`), a host name
   * (`api.internal`: whatever it resolves to), one of these with a port (`localhost:8080`, `[::1]:8080`; not for a
   * range), or `*` for everything.
   */
  readonly allow?: readonly string[];
}
