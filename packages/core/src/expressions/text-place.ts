const EXCERPT_LENGTH = 72;

/** A place in a text as an editor shows it. */
export interface TextPlace {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** The line around the place, shortened where it is long, and below it a caret that points to the place. */
  readonly excerpt: string;
}

/** Finds line, column and excerpt of an offset. */
export function textPlace(text: string, position: number): TextPlace {
  // A negative offset would be taken as 0.
  const start = position === 0 ? 0 : text.lastIndexOf('\n', position - 1) + 1;
  const end = text.indexOf('\n', position);
  const line = text.slice(start, end === -1 ? undefined : end).replace(/\r$/, '');
  const column = position - start;
  const from = Math.max(0, Math.min(column - EXCERPT_LENGTH / 2, line.length - EXCERPT_LENGTH));
  const before = from > 0 ? '…' : '';
  const shown = line.slice(from, from + EXCERPT_LENGTH).replaceAll('\t', ' ');
  const after = from + EXCERPT_LENGTH < line.length ? '…' : '';
  const caret = `${' '.repeat(before.length + Math.min(column, line.length) - from)}^`;
  return {
    line: text.slice(0, start).split('\n').length,
    column: column + 1,
    excerpt: `${before}${shown}${after}\n${caret}`,
  };
}
