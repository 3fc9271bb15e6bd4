import type { Data } from '../../model/json';
import type { CompileWarning } from '../compile-warning';
import type { EvaluationOptions } from '../diagnostic';
import type { Scope } from '../scope';

export interface MappingRun extends EvaluationOptions {
  /** The id of the envelope: what `$uuid` is made of where it has no `of`. */
  readonly envelopeId?: string;
}

/** A mapping, ready to be applied any number of times. */
export interface CompiledMapping {
  readonly warnings: readonly CompileWarning[];

  /**
   * Makes the payload. Never throws and changes neither the mapping nor the scope. Objects and lists that a reference
   * leads to are not copied but part of the payload: who wants to change a payload copies it first.
   */
  apply(scope: Scope, options: MappingRun): Data;
}
