import type { CompileWarning } from '../compile-warning';
import type { EvaluationOptions } from '../diagnostic';
import type { Scope } from '../scope';
import type { ExplainNode } from './explain-node';

/** What a condition comes to: it holds, it doesn't, or it can't be decided. */
export type Decision = true | false | null;

/** A condition, ready to be evaluated any number of times. */
export interface CompiledCondition {
  readonly text: string;
  /** The names of scopes that it knows beside the usual ones. */
  readonly scopes: readonly string[];
  readonly warnings: readonly CompileWarning[];

  /** Decides the condition; null is undecided, and counts as not true. Never throws and changes nothing. */
  evaluate(scope: Scope, options: EvaluationOptions): Decision;

  /** Decides it too, and says at each part what it came to and why. */
  explain(scope: Scope, options: EvaluationOptions): ExplainNode;
}
