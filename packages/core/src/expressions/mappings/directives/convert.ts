import { typeName } from '../../type-name';
import type { MappingRun } from '../compiled-mapping';
import type { Make } from '../make';
import type { DirectiveSource } from './directive-source';

/**
 * Makes a directive out of a function on one value. Missing stays missing and null stays null; what `apply` answers
 * undefined to is null with a diagnostic.
 *
 * @param expected - what the directive works on, for the diagnostic
 */
export function convert(
  source: DirectiveSource,
  expected: string,
  apply: (value: unknown, run: MappingRun) => unknown,
): Make {
  const make = source.make();
  return (scope, run) => {
    const value = make(scope, run);
    if (value === undefined || value === null) return value;
    const made = apply(value, run);
    if (made !== undefined) return made;
    return source.report(run, 'MAPPING_WRONG_TYPE', () => {
      const found = typeof value === 'string' && expected !== 'a text' ? 'another text' : typeName(value);
      return `it takes ${expected}, and this is ${found}`;
    });
  };
}

/** Makes a directive out of a function on a text. */
export function convertText(source: DirectiveSource, apply: (text: string) => string): Make {
  return convert(source, 'a text', (value) => (typeof value === 'string' ? apply(value) : undefined));
}
