import { unknownScope } from '../references/unknown-scope';
import { nearest } from '../../schema/nearest';
import { isWorkflowScope } from '../references/scope-names';
import { argumentFault, type ArgumentKind } from './argument-kinds';
import { FUNCTIONS, signaturesOf } from './functions';
import { CONDITION_LIMITS } from './limits';
import type { TokenReader } from './token-reader';
import type { Token } from './token';
import type { CallOperand, ListOperand, LiteralOperand, Operand, ReferenceOperand } from './tree';

const CONSTANTS: Readonly<Record<string, boolean | null>> = { TRUE: true, FALSE: false, NULL: null };
const OTHER_NULLS: readonly string[] = ['undefined', 'none', 'nil', 'missing'];

/** What other languages call functions. */
const OTHER_FUNCTIONS: Readonly<Partial<Record<string, string>>> = Object.assign(Object.create(null) as object, {
  lower: 'lowercase',
  tolower: 'lowercase',
  upper: 'uppercase',
  toupper: 'uppercase',
});

/** Reads a reference, a literal, a list or a call. `where` begins the sentence when there is none. */
export function parseOperand(reader: TokenReader, where: string): Operand {
  const token = reader.next;
  switch (token.kind) {
    case 'reference':
      return parseReference(reader, where);
    case 'string':
    case 'number':
      if (token.kind === 'string') warnOfBackslashes(reader, token);
      reader.take();
      return { kind: 'literal', value: token.value, start: token.start, end: token.end };
    case 'word':
      return parseWord(reader, token, where);
    case 'symbol':
      if (token.text === '[') return parseList(reader);
      throw token.text === '(' ? parenthesised(reader, where) : expected(reader, where);
    case 'end':
      throw expected(reader, where);
  }
}

export function parseReference(reader: TokenReader, where: string): ReferenceOperand {
  const token = reader.take();
  if (token.kind !== 'reference') throw reader.fail('CONDITION_SYNTAX', `${where} a reference is expected.`, token);
  const { reference, start, end } = token;
  if (!reader.scopes.includes(reference.scope)) {
    throw reader.fail('CONDITION_UNKNOWN_SCOPE', unknownScope(reference.scope, reader.scopes), token);
  }
  const isNamed = isWorkflowScope(reference.scope) && reader.isNamed(reference.scope);
  if (isWorkflowScope(reference.scope) && !isNamed) {
    const message = `\`${reference.scope}@\` is always missing for destinations; take profile@, event@ or session@.`;
    reader.warn('CONDITION_WORKFLOW_SCOPE', message, start);
  }
  const named = isNamed ? { named: true as const } : {};
  return { kind: 'reference', scope: reference.scope, path: reference.path, ...named, start, end };
}

/** Reads a list in brackets; the next token is the opening one. */
export function parseList(reader: TokenReader): ListOperand {
  const opening = reader.take();
  if (reader.isSymbol(']')) {
    const hint = 'to test whether something has no elements write `EMPTY`';
    throw reader.fail('CONDITION_SYNTAX', `a list has at least one element; ${hint}.`);
  }
  return reader.nested(opening, () => {
    const items: Operand[] = [];
    do {
      if (items.length === CONDITION_LIMITS.listOperands) {
        const message = `a list has at most ${CONDITION_LIMITS.listOperands} elements.`;
        throw reader.fail('CONDITION_TOO_MANY_OPERANDS', message);
      }
      items.push(parseOperand(reader, 'in a list'));
    } while (reader.takeSymbol(','));
    reader.expectSymbol(']', 'after an element of a list `,` or');
    return { kind: 'list', items, start: opening.start, end: reader.lastEnd };
  });
}

function parseWord(reader: TokenReader, token: Token & { kind: 'word' }, where: string): LiteralOperand | CallOperand {
  const { start, end } = token;
  if (token.keyword !== undefined && Object.hasOwn(CONSTANTS, token.keyword)) {
    reader.take();
    return { kind: 'literal', value: CONSTANTS[token.keyword] as boolean | null, start, end };
  }
  const { afterNext } = reader;
  if (afterNext.kind === 'symbol' && afterNext.text === '(' && token.keyword === undefined) return parseCall(reader);
  if (token.keyword !== undefined) throw expected(reader, where);
  throw bareWord(reader, token.text);
}

function parseCall(reader: TokenReader): CallOperand {
  const token = reader.take();
  const name = reader.textOf(token);
  const signatures = signaturesOf(name);
  if (signatures === undefined) {
    const names = Object.keys(FUNCTIONS);
    const meant = OTHER_FUNCTIONS[name.toLowerCase()] ?? nearest(name, names);
    const suggestion = meant === undefined ? `known are ${names.join(', ')}` : `did you mean \`${meant}\`?`;
    const message = `there is no function \`${name}\`; ${suggestion}`;
    throw reader.fail('CONDITION_UNKNOWN_FUNCTION', message.replace(/[^?]$/, '$&.'), token);
  }
  reader.expectSymbol('(', `after \`${name}\``);
  const given = reader.nested(token, () => parseArguments(reader, name));
  if (!signatures.some((kinds) => kinds.length === given.length)) {
    const forms = signatures.map((kinds) => `\`${name}(${kinds.join(', ')})\``).join(' or ');
    const message = `\`${name}\` takes other arguments than these ${given.length}: write ${forms}.`;
    throw reader.fail('CONDITION_ARGUMENTS', message, token);
  }
  const kinds = signatures.find(({ length }) => length === given.length) as readonly ArgumentKind[];
  given.forEach((argument, index) => checkLiteral(reader, name, argument, kinds[index] as ArgumentKind));
  return { kind: 'call', name, arguments: given, start: token.start, end: reader.lastEnd };
}

/** Offsets and time zones in literals are refused here; a date is only warned of, since it is undecided by the language. */
function checkLiteral(reader: TokenReader, name: string, argument: Operand, kind: ArgumentKind): void {
  if (argument.kind !== 'literal') return;
  const expected = argumentFault(kind, argument.value);
  if (expected === undefined) return;
  const message = `\`${name}\` takes ${expected}; \`${reader.textOf(argument)}\` is none.`;
  if (kind === 'offset') throw reader.fail('CONDITION_BAD_OFFSET', message, argument);
  if (kind === 'time zone') throw reader.fail('CONDITION_UNKNOWN_TIME_ZONE', message, argument);
  reader.warn('CONDITION_NEVER_DECIDED', `${message} What depends on it is never decided.`, argument.start);
}

function warnOfBackslashes(reader: TokenReader, token: Token & { kind: 'string' }): void {
  const [first] = token.strayBackslashes;
  if (first === undefined) return;
  reader.warn('CONDITION_STRAY_BACKSLASH', 'This backslash stands for itself; to be clear write two.', first);
}

function parseArguments(reader: TokenReader, name: string): Operand[] {
  const given: Operand[] = [];
  if (reader.takeSymbol(')')) return given;
  do given.push(parseOperand(reader, `as an argument of \`${name}\``));
  while (reader.takeSymbol(','));
  reader.expectSymbol(')', `after the arguments of \`${name}\``);
  return given;
}

function bareWord(reader: TokenReader, word: string): Error {
  const [first = '', ...rest] = word.split('.');
  if (rest.length > 0 && reader.scopes.includes(first)) {
    return reader.fail('CONDITION_SYNTAX', `after the scope comes an \`@\`: write \`${first}@${rest.join('.')}\`.`);
  }
  if (OTHER_NULLS.includes(word.toLowerCase())) {
    return reader.fail('CONDITION_SYNTAX', `\`${word}\` is not known here: write \`NULL\`, or test with \`EXISTS\`.`);
  }
  if (signaturesOf(word) !== undefined) {
    return reader.fail('CONDITION_SYNTAX', `a function is called with parentheses: write \`${word}()\`.`);
  }
  if (reader.scopes.includes(word)) {
    return reader.fail(
      'CONDITION_SYNTAX',
      `after the scope comes a path: write \`${word}@id\`, or \`${word}@...\` for all.`,
    );
  }
  const message = `\`${word}\` has no meaning here: text is written in quotes, \`"${word}"\`, and a reference with its scope, \`profile@${word}\`.`;
  return reader.fail('CONDITION_SYNTAX', message);
}

function parenthesised(reader: TokenReader, where: string): Error {
  const message = `${where} a value is expected; parentheses go around conditions, never around values.`;
  return reader.fail('CONDITION_SYNTAX', message);
}

function expected(reader: TokenReader, where: string): Error {
  return reader.unexpected(
    `${where} a value is expected: a reference such as \`profile@id\`, text in quotes, a number, TRUE, FALSE, NULL or a list`,
  );
}
