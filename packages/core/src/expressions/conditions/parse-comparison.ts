import { scanString } from '../references/scan-string';
import { foreignWord } from './foreign-words';
import { CONDITION_LIMITS } from './limits';
import { parseList, parseOperand } from './parse-operand';
import type { TokenReader } from './token-reader';
import type {
  BetweenNode,
  ComparisonNode,
  InNode,
  MatchesNode,
  Operand,
  OrderOperator,
  PartOperator,
  StateNode,
} from './tree';

const ORDER: readonly string[] = ['>', '>=', '<', '<='];

/** Reads an operand and the test that follows it. */
export function parseComparison(reader: TokenReader): ComparisonNode {
  const left = parseOperand(reader, 'at the beginning of a condition');
  const node = parseTest(reader, left);
  const { next } = reader;
  if (next.kind === 'symbol' && (ORDER.includes(next.text) || next.text === '==' || next.text === '!=')) {
    const message = "comparisons don't chain: write `a < b AND b < c`, or `b BETWEEN a AND c`.";
    throw reader.fail('CONDITION_SYNTAX', message);
  }
  return node;
}

function parseTest(reader: TokenReader, left: Operand): ComparisonNode {
  const { next } = reader;
  const { start } = left;
  if (next.kind === 'symbol') {
    const operator = next.text;
    if (operator === '==' || operator === '!=') {
      reader.take();
      const right = parseOperand(reader, `after \`${operator}\``);
      return { kind: 'equality', operator, left, right, start, end: right.end };
    }
    if (ORDER.includes(operator)) {
      reader.take();
      const right = parseOperand(reader, `after \`${operator}\``);
      return { kind: 'order', operator: operator as OrderOperator, left, right, start, end: right.end };
    }
  }
  if (reader.takeKeyword('IS')) return parseIsNull(reader, left);
  const negated = reader.takeKeyword('NOT');
  const word = reader.next;
  const keyword = word.kind === 'word' ? word.keyword : undefined;
  switch (keyword) {
    case 'BETWEEN':
      return parseBetween(reader, left, negated);
    case 'EXISTS':
    case 'EMPTY':
      return state(reader, left, keyword, negated);
    case 'CONTAINS':
      reader.take();
      return part(reader, left, 'CONTAINS', negated);
    case 'STARTS':
    case 'ENDS':
      reader.take();
      reader.expectKeyword('WITH', `after \`${keyword}\``);
      return part(reader, left, `${keyword} WITH`, negated);
    case 'IN':
      return parseIn(reader, left, negated);
    case 'MATCHES':
      return parseMatches(reader, left, negated);
    default:
      throw noTest(reader, left, negated);
  }
}

function parseIsNull(reader: TokenReader, operand: Operand): StateNode {
  const negated = reader.takeKeyword('NOT');
  if (reader.isKeyword('NULL')) return state(reader, operand, 'IS NULL', negated);
  const { next } = reader;
  const not = negated ? 'NOT ' : '';
  if (next.kind === 'word' && (next.keyword === 'EMPTY' || next.keyword === 'EXISTS')) {
    const written = `${reader.textOf(operand)} ${not}${next.keyword}`;
    throw reader.fail('CONDITION_SYNTAX', `write it without IS: \`${written}\`.`);
  }
  const instead = negated ? '!=' : '==';
  throw reader.unexpected(
    `after \`IS${negated ? ' NOT' : ''}\` only NULL is expected (to compare, write \`${instead}\`)`,
  );
}

function state(reader: TokenReader, operand: Operand, operator: StateNode['operator'], negated: boolean): StateNode {
  reader.take();
  return { kind: 'state', operator, negated, operand, start: operand.start, end: reader.lastEnd };
}

function part(reader: TokenReader, left: Operand, operator: PartOperator, negated: boolean): ComparisonNode {
  const right = parseOperand(reader, `after \`${operator}\``);
  return { kind: 'part', operator, negated, left, right, start: left.start, end: right.end };
}

function parseBetween(reader: TokenReader, operand: Operand, negated: boolean): BetweenNode {
  reader.take();
  const low = parseOperand(reader, 'after `BETWEEN`');
  reader.expectKeyword('AND', 'after the lower end of `BETWEEN`');
  const high = parseOperand(reader, 'after `BETWEEN … AND`');
  return { kind: 'between', negated, operand, low, high, start: operand.start, end: high.end };
}

function parseIn(reader: TokenReader, operand: Operand, negated: boolean): InNode {
  reader.take();
  if (!reader.isSymbol('[')) {
    const { next } = reader;
    const not = negated ? 'NOT ' : '';
    const hint =
      next.kind === 'reference'
        ? ` (to look into a list at a reference, write \`${reader.textOf(next)} ${not}CONTAINS ${reader.textOf(operand)}\`)`
        : ', such as `IN ["a", "b"]`';
    throw reader.unexpected(`after \`IN\` a list in brackets is expected${hint}`);
  }
  const list = parseList(reader);
  return { kind: 'in', negated, operand, list, start: operand.start, end: list.end };
}

function parseMatches(reader: TokenReader, operand: Operand, negated: boolean): MatchesNode {
  reader.take();
  const token = reader.take();
  if (token.kind !== 'string') {
    const message =
      'after `MATCHES` a pattern in quotes is expected, such as `MATCHES "^[a-z]+$"`; it can\'t come from a reference.';
    throw reader.fail('CONDITION_SYNTAX', message, token);
  }
  const value = scanString(reader.text, token.start, true)?.value ?? token.value;
  if ([...value].length > CONDITION_LIMITS.patternLength) {
    const message = `a pattern has at most ${CONDITION_LIMITS.patternLength} characters.`;
    throw reader.fail('CONDITION_PATTERN_TOO_LONG', message, token);
  }
  const pattern = { kind: 'literal', value, start: token.start, end: token.end } as const;
  return { kind: 'matches', negated, operand, pattern, start: operand.start, end: token.end };
}

function noTest(reader: TokenReader, left: Operand, negated: boolean): Error {
  const { next } = reader;
  const operand = reader.textOf(left);
  if (negated)
    return reader.unexpected(
      'after `NOT` one of EXISTS, EMPTY, BETWEEN, CONTAINS, STARTS WITH, ENDS WITH, IN or MATCHES is expected',
    );
  const instead = next.kind === 'word' ? foreignWord(next.text) : undefined;
  if (instead !== undefined && next.kind === 'word') {
    return reader.fail('CONDITION_FOREIGN_OPERATOR', `\`${next.text}\` is not known here: ${instead}.`);
  }
  const isEnd = next.kind === 'end' || reader.isSymbol(')') || reader.isKeyword('AND') || reader.isKeyword('OR');
  if (isEnd) {
    const message = `a value alone is not a condition: write \`${operand} == TRUE\`, \`${operand} EXISTS\` or \`${operand} NOT EMPTY\`.`;
    return reader.fail('CONDITION_BARE_OPERAND', message, left);
  }
  return reader.unexpected(
    `after \`${operand}\` an operator is expected, such as ==, !=, >, BETWEEN, CONTAINS, IN or EXISTS`,
  );
}
