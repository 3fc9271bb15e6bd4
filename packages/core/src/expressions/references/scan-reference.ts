import { scanString } from './scan-string';
import type { Reference } from './reference';

/** What keeps a text from being a reference. */
export interface ReferenceFault {
  readonly fault: string;
  readonly position: number;
}

export interface ScannedReference {
  readonly reference: Reference;
  /** Offset after its last character. */
  readonly end: number;
}

const SEGMENT = /[\p{L}\p{M}\p{N}_$-]+/uy;
const INTEGER = /(?:0|[1-9][0-9]*)(?![\p{L}\p{N}_.+-])/uy;
const BLANKS = /\s*/y;

/**
 * Reads the reference whose scope ends at `at`, where the `@` stands. The name of the scope is checked by the caller.
 */
export function scanReference(text: string, start: number, at: number): ScannedReference | ReferenceFault {
  const scope = text.slice(start, at);
  let position = at + 1;
  if (text.startsWith('...', position)) return { reference: { scope, path: [] }, end: position + 3 };
  const path: string[] = [];
  if (text[position] !== '[') {
    const segment = match(SEGMENT, text, position);
    if (segment === '') {
      const fault = `after \`${scope}@\` a path is expected, such as \`${scope}@id\`, or \`${scope}@...\` for the whole object`;
      return { fault, position };
    }
    path.push(segment);
    position += segment.length;
  }
  for (;;) {
    if (text[position] === '.') {
      const segment = match(SEGMENT, text, position + 1);
      if (segment === '') return { fault: faultAfterDot(text, position + 1), position: position + 1 };
      path.push(segment);
      position += 1 + segment.length;
    } else if (text[position] === '[') {
      const bracket = scanBracket(text, position);
      if ('fault' in bracket) return bracket;
      path.push(bracket.segment);
      position = bracket.end;
    } else {
      return { reference: { scope, path }, end: position };
    }
  }
}

function scanBracket(text: string, open: number): { segment: string; end: number } | ReferenceFault {
  let position = open + 1 + match(BLANKS, text, open + 1).length;
  let segment: string;
  if (text[position] === '"' || text[position] === "'") {
    const string = scanString(text, position);
    if (string === undefined) return { fault: 'this quote is never closed', position };
    segment = string.value;
    position = string.end;
  } else {
    segment = match(INTEGER, text, position);
    if (segment === '') {
      const fault =
        text[position] === '-'
          ? 'elements of a list count from 0; there are no negative ones'
          : 'inside brackets a name in quotes or the number of an element is expected, such as ["first name"] or [0]';
      return { fault, position };
    }
    position += segment.length;
  }
  position += match(BLANKS, text, position).length;
  if (text[position] !== ']') return { fault: '`]` is expected here', position };
  return { segment, end: position + 1 };
}

function faultAfterDot(text: string, position: number): string {
  return text[position] === '['
    ? 'a bracket follows without a dot: write `profile@list[0]`, not `profile@list.[0]`'
    : 'after the dot a name is expected: letters, digits, `_`, `-` and `$`; anything else goes in brackets, such as `profile@traits["first name"]`';
}

function match(pattern: RegExp, text: string, position: number): string {
  pattern.lastIndex = position;
  return pattern.exec(text)?.[0] ?? '';
}
