/**
 * Something that could not be decided or done while an expression ran, such as a text compared with a number. Never
 * thrown. Its message names types and places and holds no value of the envelope.
 */
export interface Diagnostic {
  /** A stable code in UPPER_SNAKE_CASE; see docs/reference/conditions.md and mappings.md. */
  readonly code: string;
  readonly message: string;
  /** Offset in the text, in UTF-16 code units, from 0. */
  readonly position: number;
  /** The place in the mapping as a JSON pointer (RFC 6901); absent for a condition that stands alone. */
  readonly pointer?: string;
}

/** What an expression may know beside its scope. Expressions read no clock of their own. */
export interface EvaluationOptions {
  /** The time of acceptance, in milliseconds since the epoch: what `now()` and `$now` give, the same on every retry. */
  readonly now: number;
  /** Where to add diagnostics; each kind at each place once. Absent: they are not even made. */
  readonly diagnostics?: Diagnostic[];
}
