import type { Make } from '../make';
import type { DirectiveSource } from './directive-source';

/** A directive of the mapping language. */
export interface Directive {
  /** The keys that may stand beside it. */
  readonly options: readonly string[];
  /** @throws MappingError where the directive's value or an option is not what it should be */
  compile(source: DirectiveSource): Make;
}
