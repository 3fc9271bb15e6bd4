import type { EvaluationOptions } from '../diagnostic';
import type { Scope } from '../scope';
import type { Decision } from './compiled-condition';

/** Gives an operand's value: undefined where it is missing, `UNDECIDED` where it can't be made. */
export type Get = (scope: Scope, options: EvaluationOptions) => unknown;

/** Decides one part of a condition. */
export type Test = (scope: Scope, options: EvaluationOptions) => Decision;
