import { ConditionError } from './condition-error';
import { CONDITION_LIMITS } from './limits';
import { parseComparison } from './parse-comparison';
import { parseReference } from './parse-operand';
import { TokenReader } from './token-reader';
import type { ConditionNode, ConditionTree, JunctionNode, QuantifierNode } from './tree';
import type { CompileWarning } from '../compile-warning';
import { isNamedScope } from '../references/scope-names';

export interface ConditionOptions {
  /** Names of scopes beside the usual ones, such as `item`. */
  readonly scopes?: readonly string[];
}

/** A condition's tree, and what was noticed on the way. */
export interface ReadCondition {
  readonly tree: ConditionTree;
  readonly warnings: readonly CompileWarning[];
}

/**
 * Reads a condition. Empty or blank text is the condition that always holds.
 * @throws ConditionError with the place, what was expected there and, for usual slips, what to write instead.
 */
export function parseCondition(text: string, options: ConditionOptions = {}): ConditionTree {
  return readCondition(text, options, '').tree;
}

/** Reads a condition with its warnings. `pointer` is its place in a mapping. */
export function readCondition(text: string, options: ConditionOptions, pointer: string): ReadCondition {
  checkText(text);
  const reader = new TokenReader(text, options.scopes ?? [], pointer);
  if (reader.atEnd) return { tree: { kind: 'always', start: 0, end: text.length }, warnings: [] };
  const tree = parseJunction(reader, 'or');
  if (reader.isSymbol(')')) throw reader.fail('CONDITION_SYNTAX', 'there is no `(` for this `)`.');
  if (!reader.atEnd) throw reader.unexpected('after a condition AND, OR or the end is expected');
  return { tree, warnings: reader.warnings };
}

function checkText(text: unknown): void {
  if (typeof text !== 'string') {
    const message = `A condition is a text; this is ${text === null ? 'null' : `of type ${typeof text}`}.`;
    throw new ConditionError(message, { code: 'CONDITION_NOT_TEXT', text: '', position: 0 });
  }
  if (Buffer.byteLength(text) > CONDITION_LIMITS.textBytes) {
    const message = `A condition has at most ${CONDITION_LIMITS.textBytes} bytes; this one has ${Buffer.byteLength(text)}.`;
    throw new ConditionError(message, { code: 'CONDITION_TOO_LONG', text, position: 0 });
  }
}

function parseJunction(reader: TokenReader, kind: 'and' | 'or'): ConditionNode {
  const parseTerm = (): ConditionNode => (kind === 'or' ? parseJunction(reader, 'and') : parseNot(reader));
  const { start } = reader.next;
  const first = parseTerm();
  const terms = [first];
  while (reader.takeKeyword(kind.toUpperCase())) terms.push(parseTerm());
  if (terms.length === 1) return first;
  return { kind, terms, start, end: reader.lastEnd } satisfies JunctionNode;
}

function parseNot(reader: TokenReader): ConditionNode {
  const opening = reader.next;
  if (reader.takeKeyword('NOT')) {
    const term = reader.nested(opening, () => parseNot(reader));
    return { kind: 'not', term, start: opening.start, end: reader.lastEnd };
  }
  if (reader.takeSymbol('(')) {
    const inner = reader.nested(opening, () => parseJunction(reader, 'or'));
    reader.expectSymbol(')', 'after the condition in parentheses');
    return inner;
  }
  if (reader.isKeyword('ANY') || reader.isKeyword('ALL')) return parseQuantifier(reader);
  return parseComparison(reader);
}

function parseQuantifier(reader: TokenReader): QuantifierNode {
  const opening = reader.take();
  const quantifier = reader.textOf(opening).toUpperCase() as 'ANY' | 'ALL';
  const name = parseName(reader, quantifier);
  reader.expectKeyword('IN', `after \`${quantifier} ${name}\``);
  const list = parseReference(reader, `after \`${quantifier} ${name} IN\``);
  reader.expectKeyword('HAS', `after the list of \`${quantifier}\``);
  const parenthesis = reader.next;
  reader.expectSymbol('(', 'after `HAS`');
  const body = reader.nested(parenthesis, () => reader.withScope(name, () => parseJunction(reader, 'or')));
  reader.expectSymbol(')', `after the condition of \`${quantifier}\``);
  return { kind: 'quantifier', quantifier, name, list, body, start: opening.start, end: reader.lastEnd };
}

function parseName(reader: TokenReader, quantifier: string): string {
  const token = reader.next;
  if (token.kind !== 'word' || token.keyword !== undefined) {
    const example = `\`${quantifier} item IN event@items HAS (item@price > 10)\``;
    throw reader.unexpected(`after \`${quantifier}\` a name for the elements is expected, as in ${example}`);
  }
  if (!isNamedScope(token.text)) {
    const message = `\`${token.text}\` can't name the elements: take letters, digits and \`_\`, and no scope's name.`;
    throw reader.fail('CONDITION_NAME', message, token);
  }
  reader.take();
  return token.text;
}
