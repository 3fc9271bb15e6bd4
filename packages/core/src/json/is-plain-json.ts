import { MAX_JSON_DEPTH } from './to-json';

/**
 * Whether `toJson` would take what JSON.parse gave as it is: not nested too deep, and without a number that is too large to be
 * one. Quicker than `toJson`, which copies.
 */
export function isPlainJson(value: unknown): boolean {
  return isPlain(value, 0);
}

function isPlain(value: unknown, depth: number): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  if (depth >= MAX_JSON_DEPTH) return false;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) if (!isPlain(value[index], depth + 1)) return false;
    return true;
  }
  for (const key in value) if (!isPlain((value as Readonly<Record<string, unknown>>)[key], depth + 1)) return false;
  return true;
}
