import { addDiagnostic } from '../add-diagnostic';
import type { Diagnostic, EvaluationOptions } from '../diagnostic';
import { generateTest } from '../generated/generate-test';
import { CompileContext } from './compile-context';
import { compileTest } from './compile-test';
import type { CompiledCondition } from './compiled-condition';
import { explainCondition } from './explain-condition';
import type { ConditionTree } from './tree';
import { requiredTerm } from './required-term';
import { readCondition, type ConditionOptions } from './parse-condition';

/** From so many evaluations on, code of its own is worth the time that it takes to make. */
const OFTEN = 10_000;

/** How many conditions of a process get code of their own: each takes memory, and time of the engine to learn it. */
let turns = 1_000;

function takeTurn(): boolean {
  return turns-- > 0;
}

/**
 * Compiles a condition once, to be evaluated for every event without parsing anything again.
 * @throws ConditionError with the place, what was expected there and, for usual slips, what to write instead
 */
export function compileCondition(text: string, options?: ConditionOptions | null): CompiledCondition {
  return compileConditionAt(text, options ?? {}, undefined);
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
  // The tree is made again when it is needed: that is rare, and ten thousand kept trees are large.
  const parseAgain = (): ConditionTree => readCondition(text, options, '').tree;
  const failed = (evaluation: EvaluationOptions): null => {
    reportUnreadable(evaluation, pointer);
    return null;
  };
  const required = requiredTerm(tree);
  let evaluated = 0;
  const compiled: { -readonly [Key in keyof CompiledCondition]: CompiledCondition[Key] } = {
    text,
    scopes: options.scopes ?? [],
    warnings,
    ...(required === undefined ? {} : { required }),
    evaluate: (scope, evaluation) => {
      if (evaluated < OFTEN && ++evaluated === OFTEN && takeTurn()) {
        compiled.evaluate = generateTest(parseAgain(), test, failed) ?? compiled.evaluate;
      }
      try {
        return test(scope, evaluation);
      } catch {
        return failed(evaluation);
      }
    },
    explain: (scope, evaluation) => {
      const again = parseAgain();
      try {
        return explainCondition(again, context, scope, evaluation);
      } catch {
        const diagnostics = [reportUnreadable(evaluation, pointer)];
        return { text, operator: again.kind.toUpperCase(), result: null, evaluated: true, diagnostics };
      }
    },
  };
  return compiled;
}

/** Plain JSON can't come here; a getter that throws, or a value that contains itself, can. */
function reportUnreadable({ diagnostics }: EvaluationOptions, pointer: string | undefined): Diagnostic {
  const place = pointer === undefined ? {} : { pointer };
  const message = "The condition can't be evaluated: a value in its scope is not plain JSON.";
  const diagnostic: Diagnostic = { code: 'CONDITION_UNREADABLE_SCOPE', message, position: 0, ...place };
  if (diagnostics !== undefined) addDiagnostic(diagnostics, diagnostic);
  return diagnostic;
}
