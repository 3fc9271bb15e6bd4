import type { Decision } from '../conditions/compiled-condition';
import type { Test } from '../conditions/evaluation';
import type { ConditionTree } from '../conditions/tree';
import type { EvaluationOptions } from '../diagnostic';
import { CodeWriter } from './code-writer';
import { makeFunction } from './make-function';
import { topView } from './view';
import { writeCondition } from './write-condition';

/**
 * Makes a test out of code of its own. Undefined where the condition has no such code.
 * @param test - the same test, for what the code leaves to it
 * @param failed - decides where reading the scope throws
 */
export function generateTest(
  tree: ConditionTree,
  test: Test,
  failed: (options: EvaluationOptions) => Decision,
): Test | undefined {
  const code = new CodeWriter();
  const view = topView();
  const result = writeCondition(tree, code, view, `${code.constant(test)}(scope, options)`);
  if (result === undefined) return undefined;
  const body = `try {\n${view.lines.join('\n')}\nreturn ${result};\n} catch {\nreturn ${code.constant(failed)}(options);\n}`;
  return makeFunction('scope, options', body, code.constants) as Test | undefined;
}
