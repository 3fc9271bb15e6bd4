import { compileObject } from './compile-object';
import { compileText } from './compile-text';
import { isObject } from './copy-members';
import { compileDirective } from './directives/compile-directive';
import { isDirective } from './directives/directive-keys';
import { pointerTo } from './json-pointer';
import type { Make } from './make';
import { planned } from './plan';
import type { MappingCompiler } from './mapping-compiler';

/** Compiles any value of a mapping whose shape was checked. */
export function compileValue(value: unknown, pointer: string, compiler: MappingCompiler): Make {
  if (typeof value === 'string') return compileText(value, pointer, compiler);
  if (Array.isArray(value)) return compileList(value, pointer, compiler);
  if (!isObject(value)) return planned(() => value, { kind: 'constant', value });
  return isDirective(value) ? compileDirective(value, pointer, compiler) : compileObject(value, pointer, compiler);
}

/** A missing element is null, also where missing keys are left out: the others keep their places. */
function compileList(list: readonly unknown[], pointer: string, compiler: MappingCompiler): Make {
  const makes = list.map((element, index) => compiler.compile(element, pointerTo(pointer, index)));
  const make: Make = (scope, run) => {
    const made: unknown[] = [];
    for (const make of makes) {
      const value = make(scope, run);
      made.push(value === undefined ? null : value);
    }
    return made;
  };
  return planned(make, { kind: 'list', makes });
}
