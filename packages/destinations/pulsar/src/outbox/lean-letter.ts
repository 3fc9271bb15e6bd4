import type { FailedTry } from '@dest/core';
import type { IndexedLetter } from './dead-letter-entry';

/** Of each text so much is left. */
const MOST_CHARACTERS = 200;

/** Of the tries so many: the last ones. */
const MOST_TRIES = 3;

/** A dead letter with no more than what says why it is one: hardly larger than the record of its delivery was. */
export function leanLetter(letter: IndexedLetter): IndexedLetter {
  const { causes: _, ...failure } = letter.failure;
  const history = leanHistory(letter.history);
  return { ...letter, failure: { ...failure, message: beginningOf(failure.message) }, history };
}

/** The last tries, with the beginnings of what they failed with. */
export function leanHistory(history: readonly FailedTry[]): readonly FailedTry[] {
  return history.slice(-MOST_TRIES).map((one) => ({ ...one, message: beginningOf(one.message) }));
}

function beginningOf(text: string): string {
  if (text.length <= MOST_CHARACTERS) return text;
  // Not through the middle of a surrogate pair.
  return `${text.slice(0, MOST_CHARACTERS).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
