import { isObject } from '../copy-members';
import type { Directive } from './directive';
import type { Make } from '../make';

/** `$literal`: a value as it is, made anew for each payload. */
export const literal: Directive = { options: [], compile: (source) => repeat(source.value) };

function repeat(value: unknown): Make {
  if (Array.isArray(value)) {
    const elements = value.map(repeat);
    return (scope, run) => elements.map((make) => make(scope, run));
  }
  if (!isObject(value)) return () => value;
  const members = Object.entries(value).map(([key, member]) => [key, repeat(member)] as const);
  return (scope, run) => {
    const made: Record<string, unknown> = {};
    for (const [key, make] of members) made[key] = make(scope, run);
    return made;
  };
}
