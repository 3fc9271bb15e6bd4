import { typeName } from '../../type-name';
import { copyMembers, isObject } from '../copy-members';
import { isPrototypeKey } from '../output-key';
import { convert } from './convert';
import type { Directive } from './directive';
import type { DirectiveSource } from './directive-source';

/** `$merge`: the members of several objects in one, those of later ones winning. Missing ones and null are skipped. */
export const merge: Directive = {
  options: [],
  compile: (source) => {
    const makes = source.makeList();
    return (scope, run) => {
      const made: Record<string, unknown> = {};
      for (const make of makes) {
        const value = make(scope, run);
        if (value === undefined || value === null) continue;
        if (!isObject(value)) {
          return source.report(run, 'MAPPING_WRONG_TYPE', () => `it takes objects, and one is ${typeName(value)}`);
        }
        copyMembers(made, value);
      }
      return made;
    };
  },
};

/** `$pick`: the members of an object that are named, in the order of the names. */
export const pick: Directive = {
  options: ['keys'],
  compile: (source) => {
    const keys = keysOf(source);
    const forbidden = keys.find(isPrototypeKey);
    if (forbidden !== undefined) {
      const message = `\`${forbidden}\` can't be a key of a payload: it would reach into prototypes.`;
      throw source.compiler.fail(message, { code: 'MAPPING_PROTOTYPE_KEY', pointer: source.pointerOf('keys') });
    }
    return convert(source, 'an object', (value) => {
      if (!isObject(value)) return undefined;
      const made: Record<string, unknown> = {};
      for (const key of keys) if (Object.hasOwn(value, key)) made[key] = value[key];
      return made;
    });
  },
};

/** `$omit`: the members of an object that are not named. */
export const omit: Directive = {
  options: ['keys'],
  compile: (source) => {
    const keys: ReadonlySet<string> = new Set(keysOf(source));
    return convert(source, 'an object', (value) => {
      if (!isObject(value)) return undefined;
      const made: Record<string, unknown> = {};
      copyMembers(made, value, (key) => !keys.has(key));
      return made;
    });
  },
};

function keysOf(source: DirectiveSource): readonly string[] {
  const keys = source.option('keys');
  if (Array.isArray(keys) && keys.every((key) => typeof key === 'string')) return [...keys];
  throw source.fail(`Beside \`${source.name}\` the option \`keys\` is expected, a list of names in quotes.`, 'keys');
}
