/**
 * What an expression sees: the parts of one envelope, plain JSON, by the name that stands before the `@`.
 * A name that is absent or undefined is missing. Further names come in where an expression declares them (`item`).
 */
export interface Scope {
  readonly profile?: unknown;
  readonly event?: unknown;
  readonly session?: unknown;
  readonly [name: string]: unknown;
}
