/** Something in an expression that compiles and hardly means what it says. */
export interface CompileWarning {
  readonly code: string;
  readonly message: string;
  /** The place in the mapping as a JSON pointer (RFC 6901); empty for a condition and for a mapping's top. */
  readonly pointer: string;
  /** Inside the text, both from 1. */
  readonly line?: number;
  readonly column?: number;
}
