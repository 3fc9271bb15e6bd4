/** A configured outbox that a plugin provides. */
export interface OutboxSettings<Init = unknown> {
  /** The name under which an outbox class is registered, such as `@dest/pulsar#outbox`. */
  readonly package: string;
  /** Absent for an outbox type that needs no credentials. */
  readonly resource?: { readonly id: string };
  /** Parameters of the outbox, valid by the class's `init` schema, defaults filled in. */
  readonly init: Init;
  /** How long an envelope's id is remembered, so that a second one is a duplicate, in milliseconds. */
  readonly dedupeWindowMs: number;
}
