import { addDiagnostic } from '../add-diagnostic';
import type { Diagnostic, EvaluationOptions } from '../diagnostic';
import { CompileContext } from './compile-context';
import { compileTest } from './compile-test';
import type { CompiledCondition } from './compiled-condition';
import { explainCondition } from './explain-condition';
import { readCondition, type ConditionOptions } from './parse-condition';

/**
 * Compiles a condition once, to be evaluated for every event without parsing anything again.
 * @throws ConditionError with the place, what was expected there and, for usual slips, what to write instead
 */
export function compileCondition(text: string, options: ConditionOptions = {}): CompiledCondition {
  return compileConditionAt(text, options, undefined);
}

/** Compiles a condition that stands in a mapping: its diagnostics and warnings say where. */
export function compileConditionAt(
  text: string,
  options: ConditionOptions,
  pointer: string | undefined,
): CompiledCondition {
  const { tree, warnings } = readCondition(text, options, pointer ?? '');
  const context = new CompileContext(text, pointer);
  const test = compileTest(tree, context);
  return {
    text,
    warnings,
    evaluate: (scope, evaluation) => {
      try {
        return test(scope, evaluation);
      } catch {
        reportUnreadable(evaluation, pointer);
        return null;
      }
    },
    explain: (scope, evaluation) => {
      // The tree is made again here: explaining is rare, and ten thousand kept trees are large.
      const again = readCondition(text, options, '').tree;
      try {
        return explainCondition(again, context, scope, evaluation);
      } catch {
        const diagnostics = [reportUnreadable(evaluation, pointer)];
        return { text, operator: again.kind.toUpperCase(), result: null, evaluated: true, diagnostics };
      }
    },
  };
}

/** Plain JSON can't come here; a getter that throws, or a value that contains itself, can. */
function reportUnreadable({ diagnostics }: EvaluationOptions, pointer: string | undefined): Diagnostic {
  const place = pointer === undefined ? {} : { pointer };
  const message = "The condition can't be evaluated: a value in its scope is not plain JSON.";
  const diagnostic: Diagnostic = { code: 'CONDITION_UNREADABLE_SCOPE', message, position: 0, ...place };
  if (diagnostics !== undefined) addDiagnostic(diagnostics, diagnostic);
  return diagnostic;
}
