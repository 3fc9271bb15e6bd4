import type { Scope } from '../scope';
import type { MappingRun } from './compiled-mapping';
import { pointerTo } from './json-pointer';
import type { Make } from './make';
import { internalize } from '../references/internalize';
import type { Member } from './member';
import { planned } from './plan';
import type { MappingCompiler } from './mapping-compiler';
import { outputKey } from './output-key';

/** Compiles an object without a directive: its keys stay, in their order, with the values that they map to. */
export function compileObject(
  value: Readonly<Record<string, unknown>>,
  pointer: string,
  compiler: MappingCompiler,
): Make {
  const members = Object.entries(value).map(([written, member]): Member => {
    const { key, optional } = outputKey(written);
    const rule = optional ? 'unless-empty' : compiler.missing === 'omit' ? 'unless-missing' : 'always';
    return { key: internalize(key), rule, make: compiler.compile(member, pointerTo(pointer, written)) };
  });
  warnOfTwins(members, pointer, compiler);
  const make = members.every(({ rule }) => rule === 'always') ? makeWhole(members) : makeSparse(members);
  return planned(make, { kind: 'object', members });
}

function makeWhole(members: readonly Member[]): Make {
  const keys = members.map(({ key }) => key);
  const makes = members.map(({ make }) => make);
  return (scope, run) => {
    const made: Record<string, unknown> = {};
    for (let index = 0; index < keys.length; index++) {
      const value = (makes[index] as Make)(scope, run);
      made[keys[index] as string] = value === undefined ? null : value;
    }
    return made;
  };
}

function makeSparse(members: readonly Member[]): Make {
  return (scope: Scope, run: MappingRun) => {
    const made: Record<string, unknown> = {};
    for (const { key, make, rule } of members) {
      const value = make(scope, run);
      if (value === undefined) {
        if (rule === 'always') made[key] = null;
      } else if (value !== null || rule !== 'unless-empty') {
        made[key] = value;
      }
    }
    return made;
  };
}

function warnOfTwins(members: readonly Member[], pointer: string, compiler: MappingCompiler): void {
  const seen = new Set<string>();
  for (const { key } of members) {
    if (seen.has(key)) {
      const message = `Two keys here become \`${key}\`; where both have a value, the later one wins.`;
      compiler.warn('MAPPING_DUPLICATE_KEY', message, pointer);
    }
    seen.add(key);
  }
}
