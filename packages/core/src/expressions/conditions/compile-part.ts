import type { CompileContext } from './compile-context';
import { compileOperand } from './compile-operand';
import type { Test } from './evaluation';
import type { PartNode, PartOperator } from './tree';
import { undecided } from './undecided';
import { hasElement, isSame, UNDECIDED } from './values';

/** `CONTAINS`, `STARTS WITH` and `ENDS WITH`: a text in a text, an element in a list. */
export function compilePart(node: PartNode, context: CompileContext): Test {
  const { left, right } = node;
  const getWhole = compileOperand(left, context);
  const getPart = compileOperand(right, context);
  const inText = IN_TEXT[node.operator];
  const inList = IN_LIST[node.operator];
  // The word NULL is looked for as any other value; a reference that leads to null looks for nothing.
  const nothing = right.kind === 'literal' ? undefined : null;
  return (scope, options) => {
    const whole = getWhole(scope, options);
    const part = getPart(scope, options);
    if (typeof whole === 'string' && typeof part === 'string') return inText(whole, part);
    if (Array.isArray(whole) && part !== undefined && part !== nothing && part !== UNDECIDED)
      return inList(whole, part);
    return undecided(context, options, node, [left, right], [whole, part]);
  };
}

const IN_TEXT: Readonly<Record<PartOperator, (whole: string, part: string) => boolean>> = {
  CONTAINS: (whole, part) => whole.includes(part),
  'STARTS WITH': (whole, part) => whole.startsWith(part),
  'ENDS WITH': (whole, part) => whole.endsWith(part),
};

const IN_LIST: Readonly<Record<PartOperator, (whole: readonly unknown[], part: unknown) => boolean>> = {
  CONTAINS: hasElement,
  'STARTS WITH': (whole, part) => whole.length > 0 && isSame(whole[0], part),
  'ENDS WITH': (whole, part) => whole.length > 0 && isSame(whole.at(-1), part),
};
