import type { CompileContext } from './compile-context';
import { compileOperand } from './compile-operand';
import type { Test } from './evaluation';
import type { InNode, LiteralOperand, Operand } from './tree';
import { isSame, UNDECIDED } from './values';

/** `IN`: the value is the same as one element. Elements after the first that is are not looked at. */
export function compileIn(node: InNode, context: CompileContext): Test {
  const get = compileOperand(node.operand, context);
  const { items } = node.list;
  if (items.every(isScalar)) return compileScalars(node, context, items);
  const elements = items.map((item) => compileOperand(item, context));
  return (scope, options) => {
    const value = get(scope, options);
    if (value === UNDECIDED) return null;
    let found: false | null = false;
    for (const element of elements) {
      const candidate = element(scope, options);
      if (candidate === UNDECIDED) found = null;
      else if (isSame(value, candidate)) return true;
    }
    return found;
  };
}

/** Literals without lists among them: one look-up, however many there are. */
function compileScalars(node: InNode, context: CompileContext, items: readonly LiteralOperand[]): Test {
  const get = compileOperand(node.operand, context);
  const set: ReadonlySet<unknown> = new Set(items.map(({ value }) => value));
  return (scope, options) => {
    const value = get(scope, options);
    return value === UNDECIDED ? null : set.has(value);
  };
}

function isScalar(operand: Operand): operand is LiteralOperand {
  return operand.kind === 'literal';
}
