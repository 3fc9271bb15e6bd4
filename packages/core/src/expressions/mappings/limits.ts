/** What a mapping may be at most; beyond it, it is refused when it is compiled. */
export const MAPPING_LIMITS = {
  /** Objects and lists inside each other. */
  levels: 64,
  /** Objects, lists and values together. */
  nodes: 10_000,
} as const;
