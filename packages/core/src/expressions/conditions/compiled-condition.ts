import type { CompileWarning } from '../compile-warning';
import type { EvaluationOptions } from '../diagnostic';
import type { Scope } from '../scope';
import type { ExplainNode } from './explain-node';
import type { RequiredTerm } from './required-term';

/** What a condition comes to: it holds, it doesn't, or it can't be decided. */
export type Decision = true | false | null;

/** A condition, ready to be evaluated any number of times. */
export interface CompiledCondition {
  readonly text: string;
  /** The names of scopes that it knows beside the usual ones. */
  readonly scopes: readonly string[];
  readonly warnings: readonly CompileWarning[];
  /** A term without which it can't be true, where there is one that can be looked up. */
  readonly required?: RequiredTerm;

  /** Decides the condition; null is undecided, and counts as not true. Never throws and changes nothing. */
  evaluate(scope: Scope, options: EvaluationOptions): Decision;

  /** Decides it too, and says at each part what it came to and why. */
  explain(scope: Scope, options: EvaluationOptions): ExplainNode;
}
