import { ConditionError } from './condition-error';
import type { CompileContext } from './compile-context';
import { compileOperand } from './compile-operand';
import type { Test } from './evaluation';
import { loadPattern } from './load-pattern';
import type { MatchesNode } from './tree';
import { undecided } from './undecided';

/**
 * `MATCHES`.
 * @throws ConditionError `CONDITION_BAD_PATTERN`
 */
export function compileMatches(node: MatchesNode, context: CompileContext): Test {
  const find = loadPattern(node.pattern.value);
  if (typeof find === 'string') {
    const message = `The pattern can't be read: ${find}. It is in RE2 syntax, which has no look-around and no backreferences.`;
    throw new ConditionError(message, {
      code: 'CONDITION_BAD_PATTERN',
      text: context.text,
      position: node.pattern.start,
    });
  }
  const { operand } = node;
  const get = compileOperand(operand, context);
  const named = { operator: 'MATCHES', start: node.start, end: node.end };
  return (scope, options) => {
    const value = get(scope, options);
    return typeof value === 'string' ? find(value) : undecided(context, options, named, [operand], [value]);
  };
}
