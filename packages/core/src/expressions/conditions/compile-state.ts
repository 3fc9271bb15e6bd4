import type { CompileContext } from './compile-context';
import { compileOperand } from './compile-operand';
import type { Test } from './evaluation';
import type { StateNode } from './tree';
import { isEmpty, UNDECIDED } from './values';

/** `IS NULL`, `EXISTS` and `EMPTY`. */
export function compileState(node: StateNode, context: CompileContext): Test {
  const get = compileOperand(node.operand, context);
  const holds = HOLDS[node.operator];
  return (scope, options) => {
    const value = get(scope, options);
    return value === UNDECIDED ? null : holds(value);
  };
}

const HOLDS: Readonly<Record<StateNode['operator'], (value: unknown) => boolean>> = {
  'IS NULL': (value) => value === undefined || value === null,
  EXISTS: (value) => value !== undefined,
  EMPTY: isEmpty,
};
