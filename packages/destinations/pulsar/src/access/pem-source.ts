/** A text that was given, or read from a file that was. */
export interface PemSource {
  readonly text: string;
  /** Absolute; absent where the text itself was given. */
  readonly path?: string;
}
