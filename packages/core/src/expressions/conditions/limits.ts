/** What a condition may be at most; beyond it, it is refused when it is compiled. */
export const CONDITION_LIMITS = {
  /** Bytes of UTF-8. */
  textBytes: 16 * 1024,
  /** Parentheses, NOTs, lists, calls and quantifiers inside each other. */
  depth: 64,
  /** Operands in one list. */
  listOperands: 1_000,
  /** Characters of one `MATCHES` pattern. */
  patternLength: 256,
} as const;
