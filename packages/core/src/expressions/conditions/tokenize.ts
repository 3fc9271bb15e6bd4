import { ConditionError } from './condition-error';
import { scanReference } from '../references/scan-reference';
import { scanString } from '../references/scan-string';
import { FOREIGN_SYMBOLS } from './foreign-symbols';
import { KEYWORDS, type Token } from './token';

const BLANKS = /\s+/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const NUMBER_LIKE = /[+-]?[0-9.][\p{L}\p{N}_.]*/uy;
const NUMBER_TAIL = /[\p{L}\p{N}_.]/uy;
const WORD = /[\p{L}_][\p{L}\p{M}\p{N}_$-]*(?:\.[\p{L}\p{M}\p{N}_$-]+)*/uy;
const SYMBOL = /==|!=|>=|=>|<=|=<|[=<>(),[\]]/y;
const FOREIGN = /===|!==|<>|=!|~=|=~|&&|\|\||\?\?|\{\{|!(?!=)|[&|?:;{}“”„‘’`≥≤≠+*/%$#]/y;

/**
 * Cuts a condition into tokens, references and all; the last one is the end. Scopes are not checked.
 * @throws ConditionError for what is no token, and for operators of other languages, with what to write instead.
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  for (;;) {
    position += match(BLANKS, text, position).length;
    if (position >= text.length) break;
    const token = tokenAt(text, position);
    tokens.push(token);
    position = token.end;
  }
  tokens.push({ kind: 'end', start: text.length, end: text.length });
  return tokens;
}

function tokenAt(text: string, start: number): Token {
  const character = text.charAt(start);
  if (character === '"' || character === "'") return stringAt(text, start);
  const word = match(WORD, text, start);
  if (word !== '') return wordAt(text, start, word);
  if (/[0-9.+-]/.test(character) && match(NUMBER_LIKE, text, start) !== '') return numberAt(text, start);
  const foreign = match(FOREIGN, text, start);
  if (foreign !== '') {
    throw fail(
      text,
      start,
      'CONDITION_FOREIGN_OPERATOR',
      `\`${foreign}\` is not known here: ${FOREIGN_SYMBOLS[foreign]}.`,
    );
  }
  const symbol = match(SYMBOL, text, start);
  if (symbol !== '') return { kind: 'symbol', text: SPELLINGS[symbol] ?? symbol, start, end: start + symbol.length };
  if (character === '@') {
    throw syntax(
      text,
      start,
      'the name of a scope is expected directly before `@`, such as `profile@id` or `event@type`.',
    );
  }
  const shown = String.fromCodePoint(text.codePointAt(start) as number);
  throw syntax(text, start, `${JSON.stringify(shown)} has no meaning here; text is written in quotes.`);
}

const SPELLINGS: Readonly<Record<string, string>> = { '=': '==', '=>': '>=', '=<': '<=' };

function stringAt(text: string, start: number): Token {
  const string = scanString(text, start);
  if (string === undefined) {
    const hint = `this quote is never closed: add ${text[start]} at the end of the text`;
    const escape = 'before a quote inside the text write a backslash';
    throw fail(text, start, 'CONDITION_UNCLOSED_STRING', `${hint}; ${escape}.`);
  }
  return { kind: 'string', value: string.value, strayBackslashes: string.strayBackslashes, start, end: string.end };
}

function wordAt(text: string, start: number, word: string): Token {
  const end = start + word.length;
  if (text[end] === '@' && !word.includes('.')) {
    const scanned = scanReference(text, start, end);
    if ('fault' in scanned) throw fail(text, scanned.position, 'CONDITION_BAD_REFERENCE', `${scanned.fault}.`);
    return { kind: 'reference', reference: scanned.reference, start, end: scanned.end };
  }
  // Other letters have capitals among these too: that of `ı` is `I`.
  const upper = /^[A-Za-z]+$/.test(word) ? word.toUpperCase() : '';
  return { kind: 'word', text: word, keyword: KEYWORDS.has(upper) ? upper : undefined, start, end };
}

function numberAt(text: string, start: number): Token {
  const digits = match(NUMBER, text, start);
  const end = start + digits.length;
  if (digits === '' || match(NUMBER_TAIL, text, end) !== '') {
    const seen = match(NUMBER_LIKE, text, start);
    const expected = 'a number is written as in JSON, such as 10, -1.5 or 2e3; text is written in quotes';
    throw fail(text, start, 'CONDITION_BAD_NUMBER', `\`${seen}\` is not a number: ${expected}.`);
  }
  const value = Number(digits);
  if (!Number.isFinite(value)) throw fail(text, start, 'CONDITION_BAD_NUMBER', `\`${digits}\` is too large a number.`);
  return { kind: 'number', value: value === 0 ? 0 : value, start, end };
}

function syntax(text: string, position: number, message: string): ConditionError {
  return fail(text, position, 'CONDITION_SYNTAX', message);
}

function fail(text: string, position: number, code: string, message: string): ConditionError {
  return new ConditionError(message, { code, text, position });
}

function match(pattern: RegExp, text: string, position: number): string {
  pattern.lastIndex = position;
  return pattern.exec(text)?.[0] ?? '';
}
