import type { CompileContext } from './compile-context';
import { compileOperand } from './compile-operand';
import type { Get } from './evaluation';
import type { Test } from './evaluation';
import type { BetweenNode, OrderNode, OrderOperator } from './tree';
import { undecided } from './undecided';
import { compare } from './values';

/** `>`, `>=`, `<` and `<=`. */
export function compileOrder(node: OrderNode, context: CompileContext): Test {
  const { left, right } = node;
  const getLeft = compileOperand(left, context);
  const getRight = compileOperand(right, context);
  const holds = HOLDS[node.operator];
  const general: Test = (scope, options) => {
    const one = getLeft(scope, options);
    const other = getRight(scope, options);
    const order = compare(one, other);
    return order === undefined ? undecided(context, options, node, [left, right], [one, other]) : holds(order);
  };
  const limit = right.kind === 'literal' ? right.value : undefined;
  if (left.kind !== 'reference' || typeof limit !== 'number') return general;
  return NUMBER_TESTS[node.operator](getLeft, limit, general);
}

const HOLDS: Readonly<Record<OrderOperator, (order: number) => boolean>> = {
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
};

/** A reference against a literal number, the usual case; anything else it leaves to `general`. */
const NUMBER_TESTS: Readonly<Record<OrderOperator, (get: Get, limit: number, general: Test) => Test>> = {
  '>': (get, limit, general) => (scope, options) => {
    const value = get(scope, options);
    return typeof value === 'number' ? value > limit : general(scope, options);
  },
  '>=': (get, limit, general) => (scope, options) => {
    const value = get(scope, options);
    return typeof value === 'number' ? value >= limit : general(scope, options);
  },
  '<': (get, limit, general) => (scope, options) => {
    const value = get(scope, options);
    return typeof value === 'number' ? value < limit : general(scope, options);
  },
  '<=': (get, limit, general) => (scope, options) => {
    const value = get(scope, options);
    return typeof value === 'number' ? value <= limit : general(scope, options);
  },
};

/** `BETWEEN`, both ends included. The ends and the value are all of one type, or it is undecided. */
export function compileBetween(node: BetweenNode, context: CompileContext): Test {
  const { operand, low, high } = node;
  const get = compileOperand(operand, context);
  const getLow = compileOperand(low, context);
  const getHigh = compileOperand(high, context);
  const named = { operator: 'BETWEEN', start: node.start, end: node.end };
  return (scope, options) => {
    const value = get(scope, options);
    const lowest = getLow(scope, options);
    const highest = getHigh(scope, options);
    const above = compare(value, lowest);
    const below = compare(value, highest);
    if (above !== undefined && below !== undefined) return above >= 0 && below <= 0;
    return undecided(context, options, named, [operand, low, high], [value, lowest, highest]);
  };
}
