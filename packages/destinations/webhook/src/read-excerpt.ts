import type { HttpAnswer } from '@dest/core';
import type { Scrubber } from './scrubber';

const MAX_EXCERPT_CHARACTERS = 500;

/** The beginning of an answer's body as one line of text without secrets, at most 500 characters. */
export function readExcerpt({ body, complete }: HttpAnswer, scrub: Scrubber): string {
  const line = scrub(new TextDecoder().decode(body), !complete)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return line.length <= MAX_EXCERPT_CHARACTERS ? line : `${line.slice(0, MAX_EXCERPT_CHARACTERS - 1)}…`;
}
