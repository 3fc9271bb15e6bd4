import type { CompiledMapping } from './compiled-mapping';
import type { Data } from '../../model/json';
import type { Scope } from '../scope';
import { compileReference } from '../references/compile-reference';

export interface MappingOptions {
  /** What becomes of an object's key whose value is missing: `null` (default) or left out. */
  readonly missing?: 'null' | 'omit';
}

/**
 * Compiles a mapping once, to be applied to every event without parsing anything again.
 * @throws MappingError with the place as a JSON pointer
 */
export function compileMapping(value: unknown, options: MappingOptions = {}): CompiledMapping {
  const make = compile(value, options);
  return { warnings: [], apply: (scope) => (make(scope) ?? null) as Data };
}

function compile(value: unknown, options: MappingOptions): (scope: Scope) => unknown {
  if (typeof value === 'string') {
    try {
      return compileReference(value).get;
    } catch {
      return () => value;
    }
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => compile(item, options));
    return (scope) => items.map((item) => item(scope) ?? null);
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([key, member]) => [key, compile(member, options)] as const);
    return (scope) => Object.fromEntries(members.map(([key, make]) => [key, make(scope) ?? null]));
  }
  return () => value;
}
