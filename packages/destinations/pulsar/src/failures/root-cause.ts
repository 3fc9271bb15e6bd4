const MOST_LEVELS = 5;

/** The error that led to all others, such as the one inside `fetch failed`; the first where several addresses were tried. */
export function rootCause(thrown: unknown): unknown {
  let cause = thrown;
  for (let level = 0; level < MOST_LEVELS; level++) {
    const { cause: next, errors } = (cause ?? {}) as { cause?: unknown; errors?: readonly unknown[] };
    const inner = next ?? errors?.[0];
    if (inner === undefined) break;
    cause = inner;
  }
  return cause;
}
