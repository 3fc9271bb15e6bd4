import { typeName } from '../../type-name';
import { cleanParsed, MOST_PARSED_LEVELS } from './clean-parsed';
import type { Directive } from './directive';

/** `$json`: the JSON text of a value; of null too, but not of what is missing. */
export const json: Directive = {
  options: [],
  compile: (source) => {
    const make = source.make();
    return (scope, run) => {
      const value = make(scope, run);
      return value === undefined ? undefined : JSON.stringify(value);
    };
  },
};

/** `$parse`: the value of a JSON text, without members named `__proto__`. */
export const parse: Directive = {
  options: [],
  compile: (source) => {
    const make = source.make();
    return (scope, run) => {
      const value = make(scope, run);
      if (value === undefined || value === null) return value;
      if (typeof value !== 'string') {
        return source.report(run, 'MAPPING_WRONG_TYPE', () => `it takes a text, and this is ${typeName(value)}`);
      }
      let parsed: unknown;
      try {
        parsed = JSON.parse(value);
      } catch {
        return source.report(run, 'MAPPING_UNREADABLE_JSON', () => 'the text is not JSON');
      }
      if (cleanParsed(parsed)) return parsed;
      const reason = `the text is nested more than ${MOST_PARSED_LEVELS} levels deep`;
      return source.report(run, 'MAPPING_UNREADABLE_JSON', () => reason);
    };
  },
};
