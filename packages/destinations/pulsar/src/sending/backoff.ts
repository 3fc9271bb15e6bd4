/** How long to wait between tries, in milliseconds. */
export interface Backoff {
  readonly initialMs: number;
  readonly maxMs: number;
}

/**
 * Doubles with every try up to the maximum; half of it is left to chance, so that many clients don't return at once.
 * @param attempt 0 for the first wait
 * @param random from 0 to 1
 * @returns milliseconds
 */
export function backoffDelay(attempt: number, { initialMs, maxMs }: Backoff, random: number): number {
  const ceiling = Math.min(maxMs, initialMs * 2 ** Math.min(attempt, 30));
  return ceiling / 2 + (ceiling / 2) * random;
}
