/**
 * How long a property is tried: a fixed number of runs in the usual suite, or FUZZ_SECONDS where that is set.
 * Jest's own limit must leave the time.
 */
const seconds = Number(process.env.FUZZ_SECONDS ?? '0');

export function fuzzRuns(usual: number): {
  numRuns: number;
  interruptAfterTimeLimit?: number;
  markInterruptAsFailure?: boolean;
} {
  if (!(seconds > 0)) return { numRuns: usual };
  return { numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: seconds * 1_000, markInterruptAsFailure: false };
}

/** For the last argument of a test, in milliseconds. */
export const FUZZ_TIMEOUT = (seconds + 30) * 1_000;
