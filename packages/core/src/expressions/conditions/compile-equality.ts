import type { CompileContext } from './compile-context';
import { compileOperand } from './compile-operand';
import type { Get, Test } from './evaluation';
import type { EqualityNode, Operand } from './tree';
import { isEqual, isSame, UNDECIDED } from './values';

/** `==` and `!=`. Against the word NULL it is `IS NULL`; without a list and a literal on one side, the fast ways. */
export function compileEquality(node: EqualityNode, context: CompileContext): Test {
  const wanted = node.operator === '==';
  const { left, right } = node;
  if (isNull(left)) return compileIsNull(right, wanted, context);
  if (isNull(right)) return compileIsNull(left, wanted, context);
  if (left.kind === 'reference' && right.kind === 'literal') return compileLiteral(left, right.value, wanted, context);
  if (left.kind === 'literal' && right.kind === 'reference') return compileLiteral(right, left.value, wanted, context);
  const getLeft = compileOperand(left, context);
  const getRight = compileOperand(right, context);
  const isAmongLeft = compileAmong(left, context);
  const isAmongRight = compileAmong(right, context);
  return (scope, options) => {
    const one = getLeft(scope, options);
    const other = getRight(scope, options);
    if (one !== UNDECIDED && other !== UNDECIDED) return isEqual(one, other) === wanted;
    return isAmongLeft(other, scope, options) || isAmongRight(one, scope, options) ? wanted : null;
  };
}

/** Whether a value is an element of a written list of which another element is undecided: then that one doesn't matter. */
function compileAmong(
  operand: Operand,
  context: CompileContext,
): (value: unknown, ...given: Parameters<Get>) => boolean {
  if (operand.kind !== 'list') return () => false;
  const elements = operand.items.map((item) => compileOperand(item, context));
  return (value, scope, options) => {
    return value !== UNDECIDED && elements.some((element) => isSame(element(scope, options), value));
  };
}

function isNull(operand: Operand): boolean {
  return operand.kind === 'literal' && operand.value === null;
}

function compileIsNull(operand: Operand, wanted: boolean, context: CompileContext): Test {
  const get = compileOperand(operand, context);
  return (scope, options) => {
    const value = get(scope, options);
    return value === UNDECIDED ? null : (value === undefined || value === null) === wanted;
  };
}

function compileLiteral(reference: Operand, literal: unknown, wanted: boolean, context: CompileContext): Test {
  const get = compileOperand(reference, context);
  const unwanted = !wanted;
  return (scope, options) => {
    const value = get(scope, options);
    if (value === literal) return wanted;
    return typeof value === 'object' && Array.isArray(value) && value.includes(literal) ? wanted : unwanted;
  };
}
