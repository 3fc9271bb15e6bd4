/** One reference such as `profile@traits.email` or `event@...`. */
export interface Reference {
  readonly scope: string;
  /** The way into the scope's object; empty for the whole object. Elements of lists by their number in decimal. */
  readonly path: readonly string[];
  /** Whether whoever compiles the expression gave the scope its name himself; only then has a workflow's scope values. */
  readonly named?: true;
}
