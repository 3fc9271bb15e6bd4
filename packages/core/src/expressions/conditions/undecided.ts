import type { EvaluationOptions } from '../diagnostic';
import { typeName } from '../type-name';
import type { CompileContext } from './compile-context';
import type { Operand, Span } from './tree';
import { UNDECIDED } from './values';

/**
 * Says why a test on these values is undecided: null has a diagnostic, types that don't go together have one, what is
 * missing has none. Gives null, the decision.
 */
export function undecided(
  context: CompileContext,
  options: EvaluationOptions,
  node: Span & { readonly operator: string },
  operands: readonly Operand[],
  values: readonly unknown[],
): null {
  if (options.diagnostics === undefined || values.includes(UNDECIDED)) return null;
  const nullIndex = values.indexOf(null);
  if (nullIndex !== -1) {
    const operand = operands[nullIndex] as Operand;
    context.report(options, 'CONDITION_NULL_OPERAND', operand, () => {
      return `\`${node.operator}\` can't be decided: \`${context.textOf(operand)}\` is null.`;
    });
  } else if (!values.includes(undefined)) {
    context.report(options, 'CONDITION_TYPE_MISMATCH', node, () => {
      const found = operands.map((operand, index) => `\`${context.textOf(operand)}\` is ${typeName(values[index])}`);
      return `\`${node.operator}\` can't be decided: ${found.join(', ')}.`;
    });
  }
  return null;
}
