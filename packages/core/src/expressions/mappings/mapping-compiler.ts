import type { CompiledCondition } from '../conditions/compiled-condition';
import type { MappingRun } from './compiled-mapping';
import type { Make } from './make';
import type { MappingErrorOptions, MappingError } from './mapping-error';

/** What the parts of one mapping need of the compiler. */
export interface MappingCompiler {
  /** What becomes of an object's key whose value is missing. */
  readonly missing: 'null' | 'omit';
  /** The names that may stand before an `@` here. */
  readonly scopes: readonly string[];

  /** Compiles a value of the mapping, whatever it is. */
  compile(value: unknown, pointer: string): Make;
  /** Compiles a condition; what is wrong with it is said with its place in the mapping. */
  condition(text: unknown, pointer: string): CompiledCondition;
  /** The same compiler with further scopes. */
  withScopes(names: readonly string[]): MappingCompiler;
  /** `position` is the offset in `text`. */
  warn(code: string, message: string, pointer: string, text?: string, position?: number): void;
  fail(message: string, options: MappingErrorOptions): MappingError;
  /** Adds a diagnostic where somebody wants to see it. The message is made only then. */
  report(run: MappingRun, code: string, pointer: string, message: () => string): void;
}
