export interface ScannedString {
  readonly value: string;
  /** Offset after the closing quote. */
  readonly end: number;
  /** Offsets of backslashes before a character that needs none; they stay part of the value. */
  readonly strayBackslashes: readonly number[];
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
const UNICODE = /[0-9A-Fa-f]{4}/y;

/**
 * Reads the string that opens at `start` with a quote of either kind. Escapes are those of JSON, and `\'`. Before any
 * other character a backslash stands for itself, so that `"\d+"` is a pattern as it is written. Undefined: never closed.
 *
 * @param isPattern - before `b` too: in patterns `\b` is the edge of a word, and nobody looks for a backspace
 */
export function scanString(text: string, start: number, isPattern = false): ScannedString | undefined {
  const quote = text[start];
  const strayBackslashes: number[] = [];
  let value = '';
  let from = start + 1;
  for (let position = from; position < text.length; position++) {
    const character = text[position];
    if (character === quote) return { value: value + text.slice(from, position), end: position + 1, strayBackslashes };
    if (character !== '\\') continue;
    value += text.slice(from, position);
    const next = text[position + 1];
    if (next === undefined) return undefined;
    UNICODE.lastIndex = position + 2;
    const unicode = next === 'u' ? UNICODE.exec(text)?.[0] : undefined;
    const escaped = Object.hasOwn(ESCAPES, next) && !(isPattern && next === 'b') ? ESCAPES[next] : undefined;
    if (unicode !== undefined) value += String.fromCharCode(Number.parseInt(unicode, 16));
    else if (escaped === undefined) strayBackslashes.push(position);
    value += unicode === undefined ? (escaped ?? `\\${next}`) : '';
    position += unicode === undefined ? 1 : 5;
    from = position + 1;
  }
  return undefined;
}
