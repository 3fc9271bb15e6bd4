import { innerScope } from '../references/inner-scope';
import { readReference } from '../references/read-reference';
import type { CompileContext } from './compile-context';
import type { Test } from './evaluation';
import type { Decision } from './compiled-condition';
import type { QuantifierNode } from './tree';
import { undecided } from './undecided';

/** `ANY` and `ALL`: an OR and an AND over the elements of a list, in their order, up to the one that decides. */
export function compileQuantifier(node: QuantifierNode, context: CompileContext, body: Test): Test {
  const { list, name } = node;
  const read = readReference(list);
  const named = { operator: node.quantifier, start: node.start, end: node.end };
  const deciding = node.quantifier === 'ANY';
  return (scope, options) => {
    const elements = read(scope);
    if (!Array.isArray(elements)) return undecided(context, options, named, [list], [elements]);
    const inner = innerScope(scope);
    let result: Decision = !deciding;
    for (const element of elements) {
      inner[name] = element;
      const decision = body(inner, options);
      if (decision === deciding) return deciding;
      if (decision === null) result = null;
    }
    return result;
  };
}
