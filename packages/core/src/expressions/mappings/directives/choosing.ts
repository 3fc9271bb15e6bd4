import type { CompiledCondition } from '../../conditions/compiled-condition';
import { isObject } from '../copy-members';
import { pointerTo } from '../json-pointer';
import type { Make } from '../make';
import { planned } from '../plan';
import type { Directive } from './directive';
import type { DirectiveSource } from './directive-source';

/** `$first`: the first that is neither missing nor null. Where none is, missing. */
export const first: Directive = {
  options: [],
  compile: (source) => {
    const makes = source.makeList();
    return (scope, run) => {
      for (const make of makes) {
        const value = make(scope, run);
        if (value !== undefined && value !== null) return value;
      }
      return undefined;
    };
  },
};

/** `$if`: one of two, by a condition. Undecided counts as not true. */
export const choose: Directive = {
  options: ['then', 'else'],
  compile: (source) => {
    if (!source.has('then'))
      throw source.fail('Beside `$if` a `then` is expected: the value where the condition holds.');
    const condition = source.condition('$if');
    const then = source.makeOption('then');
    const otherwise = source.makeOption('else');
    const make: Make = (scope, run) =>
      condition.evaluate(scope, run) === true ? then(scope, run) : otherwise(scope, run);
    return planned(make, { kind: 'if', condition, then, otherwise });
  },
};

interface Branch {
  readonly condition: CompiledCondition;
  readonly make: Make;
}

/** `$switch`: the first branch whose condition holds. */
export const branch: Directive = {
  options: ['else'],
  compile: (source) => {
    const branches = source.list().map((value, index) => compileBranch(value, index, source));
    const otherwise = source.makeOption('else');
    return (scope, run) => {
      for (const { condition, make } of branches) {
        if (condition.evaluate(scope, run) === true) return make(scope, run);
      }
      return otherwise(scope, run);
    };
  },
};

function compileBranch(value: unknown, index: number, { compiler, pointer: list }: DirectiveSource): Branch {
  const pointer = pointerTo(list, index);
  const keys = isObject(value) ? Object.keys(value) : [];
  if (!isObject(value) || keys.length !== 2 || !Object.hasOwn(value, 'when') || !Object.hasOwn(value, 'then')) {
    const message = 'A branch of `$switch` is { "when": "condition", "then": value } and nothing else.';
    throw compiler.fail(message, { code: 'MAPPING_BAD_OPTION', pointer });
  }
  return {
    condition: compiler.condition(value.when, pointerTo(pointer, 'when')),
    make: compiler.compile(value.then, pointerTo(pointer, 'then')),
  };
}
