/** Half of a surrogate pair: a whole one counts as one character here. */
const HALF_PAIR = /\p{Surrogate}/u;

/** Starts a text that is stored in its JSON form. */
const ESCAPED = '\u0001';

/**
 * The form in which a text is stored. Half of a surrogate pair can't be stored as UTF-8; a text that has one is stored in its
 * JSON form, so that different texts stay different.
 */
export function toStoredText(text: string): string {
  return !HALF_PAIR.test(text) && !text.startsWith(ESCAPED) ? text : ESCAPED + JSON.stringify(text);
}

/** The text of what `toStoredText` gave. */
export function fromStoredText(text: string): string {
  return text.startsWith(ESCAPED) ? (JSON.parse(text.slice(1)) as string) : text;
}

/** The text of a column; empty where it has none, as it may be in a damaged row. */
export function textOf(value: Buffer | number | null | undefined): string {
  return Buffer.isBuffer(value) ? value.toString('utf8') : '';
}
