import { readReference } from '../references/read-reference';
import { compileCall } from './compile-call';
import type { CompileContext } from './compile-context';
import type { Get } from './evaluation';
import type { ListOperand, Operand } from './tree';
import { UNDECIDED } from './values';

/** Makes the function that gives an operand's value. */
export function compileOperand(operand: Operand, context: CompileContext): Get {
  switch (operand.kind) {
    case 'reference':
      return readReference(operand);
    case 'literal': {
      const { value } = operand;
      return () => value;
    }
    case 'list':
      return compileList(operand, context);
    case 'call':
      return compileCall(
        operand,
        context,
        operand.arguments.map((argument) => compileOperand(argument, context)),
      );
  }
}

/** Whether an operand is the same for every event: a literal, or a list of nothing but literals. */
export function isConstant(operand: Operand): boolean {
  return operand.kind === 'literal' || (operand.kind === 'list' && operand.items.every(isConstant));
}

function compileList(list: ListOperand, context: CompileContext): Get {
  const items = list.items.map((item) => compileOperand(item, context));
  const make: Get = (scope, options) => {
    const values = items.map((item) => item(scope, options));
    return values.includes(UNDECIDED) ? UNDECIDED : values;
  };
  if (!isConstant(list)) return make;
  const constant = make({}, { now: 0 });
  return () => constant;
}
