import { MAX_JSON_DEPTH } from './to-json';

/** That `toJson` would change it, or refuse it. */
const NOT_PLAIN = -1;

/**
 * Whether `toJson` would take what JSON.parse gave as it is: not nested too deep, and without a number that is too large to be
 * one. Quicker than `toJson`, which copies.
 *
 * @returns how many members all its objects have; undefined where `toJson` would not
 */
export function countPlainMembers(value: unknown): number | undefined {
  const members = count(value, 0);
  return members === NOT_PLAIN ? undefined : members;
}

function count(value: unknown, depth: number): number {
  if (typeof value === 'number') return Number.isFinite(value) ? 0 : NOT_PLAIN;
  if (typeof value !== 'object' || value === null) return 0;
  if (depth >= MAX_JSON_DEPTH) return NOT_PLAIN;
  let members = 0;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const inside = count(value[index], depth + 1);
      if (inside === NOT_PLAIN) return NOT_PLAIN;
      members += inside;
    }
    return members;
  }
  for (const key in value) {
    const inside = count((value as Readonly<Record<string, unknown>>)[key], depth + 1);
    if (inside === NOT_PLAIN) return NOT_PLAIN;
    members += inside + 1;
  }
  return members;
}
