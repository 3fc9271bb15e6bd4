/** No sequence is above this one; the number of an envelope is twice its sequence. */
export const MAX_SEQUENCE = 2 ** 47;

/** How far what was given may be ahead of what still has one: at 100,000 a second, ten years. */
const MAX_AHEAD = 2 ** 45;

/** How far to go on behind everything that has one, where it is not known what was given. */
const SKIPPED = 1_000_000;

/**
 * From where on sequences are given. Pure.
 *
 * @param stored - the last one that was given, as it is stored; it may be damaged
 * @param highest - the highest one that anything has
 */
export function soundSequence(stored: unknown, highest: number): number {
  if (typeof stored !== 'number' || !Number.isSafeInteger(stored) || stored < 0) return highest + SKIPPED;
  // Where the log was torn, pages of the file may be later than what is stored of the sequence itself.
  if (stored < highest) return highest;
  return stored < highest + MAX_AHEAD ? stored : highest + SKIPPED;
}
