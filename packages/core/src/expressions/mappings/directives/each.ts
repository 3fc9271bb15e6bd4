import { innerScope } from '../../references/inner-scope';
import { isNamedScope } from '../../references/scope-names';
import type { Make } from '../make';
import { planned } from '../plan';
import type { Directive } from './directive';

/**
 * `$each`: a list out of a list. What is no list is a list of one; missing and null stay what they are. The index is
 * that in the list that came in, from 0.
 */
export const each: Directive = {
  options: ['as', 'where', 'map'],
  compile: (source) => {
    const name = source.text('as', 'item');
    if (!isNamedScope(name) || name === 'index') {
      throw source.fail(
        `\`${name}\` can't name the elements: take letters, digits and \`_\`, and no scope's name.`,
        'as',
      );
    }
    const make = source.make();
    const compiler = source.compiler.withScopes([name, 'index']);
    const condition = source.has('where')
      ? compiler.condition(source.option('where'), source.pointerOf('where'))
      : undefined;
    const map = source.has('map') ? compiler.compile(source.option('map'), source.pointerOf('map')) : undefined;
    const apply: Make = (scope, run) => {
      const value = make(scope, run);
      if (value === undefined || value === null) return value;
      const elements: readonly unknown[] = Array.isArray(value) ? value : [value];
      const inner = innerScope(scope);
      const made: unknown[] = [];
      for (let index = 0; index < elements.length; index++) {
        inner[name] = elements[index];
        inner.index = index;
        if (condition !== undefined && condition.evaluate(inner, run) !== true) continue;
        const element = map === undefined ? elements[index] : map(inner, run);
        made.push(element === undefined ? null : element);
      }
      return made;
    };
    return planned(apply, { kind: 'each', list: make, name, condition, map });
  },
};
