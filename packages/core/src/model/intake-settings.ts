/** A configured intake: which package hands in, and from where. */
export interface IntakeSettings<Init = unknown> {
  readonly id: string;
  /** The name under which an intake class is registered, such as `@dest/pulsar#intake`. */
  readonly package: string;
  /** Absent for an intake type that needs no credentials. */
  readonly resource?: { readonly id: string };
  /** Parameters of the intake, valid by the class's `init` schema, defaults filled in. */
  readonly init: Init;
  readonly enabled: boolean;
}
