import { PermanentError } from '../errors/permanent-error';
import type { JsonValue } from '../model/json';

/** How deep a value may be nested: beyond it nothing that reads JSON recursively is safe. */
export const MAX_JSON_DEPTH = 500;

/**
 * Makes plain JSON out of any value: Date as ISO text, BigInt as decimal text, Map as an object, Set as a list, what has
 * `toJSON` by it, an invalid date or number as null, `undefined`, functions and symbols left out (null inside a list).
 * The input is never changed and shares nothing with the result.
 *
 * @throws PermanentError `JSON_CYCLE` or `JSON_TOO_DEEP`, with the path to the place; `JSON_UNREADABLE` where a getter
 * or a toJSON throws.
 */
export function toJson(value: unknown): JsonValue {
  const plain = convert(value, '', [], 0);
  return plain === undefined ? null : plain;
}

function convert(value: unknown, key: string, ancestors: object[], depth: number): JsonValue | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : null;
    case 'bigint':
      return value.toString();
    case 'object':
      return value === null ? null : convertObject(value, key, ancestors, depth);
    default:
      return undefined;
  }
}

function convertObject(value: object, key: string, ancestors: object[], depth: number): JsonValue | undefined {
  if (ancestors.includes(value)) throw refusal('JSON_CYCLE', 'contains itself', ancestors);
  if (depth >= MAX_JSON_DEPTH) {
    throw refusal('JSON_TOO_DEEP', `is nested more than ${MAX_JSON_DEPTH} levels deep`, ancestors);
  }
  ancestors.push(value);
  const plain = convertMembers(value, key, ancestors, depth);
  ancestors.pop();
  return plain;
}

function convertMembers(value: object, key: string, ancestors: object[], depth: number): JsonValue | undefined {
  if (Array.isArray(value)) {
    return Array.from(value, (element, index) => convert(element, String(index), ancestors, depth + 1) ?? null);
  }
  if (value instanceof Map) return objectOf(value.entries(), ancestors, depth);
  if (value instanceof Set) return Array.from(value, (element) => convert(element, '', ancestors, depth + 1) ?? null);
  if (value instanceof Number || value instanceof String || value instanceof Boolean) {
    return convert(value.valueOf(), key, ancestors, depth);
  }
  try {
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON === 'function') return convert(toJSON.call(value, key), key, ancestors, depth + 1);
    return objectOf(Object.entries(value), ancestors, depth);
  } catch (error) {
    if (error instanceof PermanentError) throw error;
    throw refusal('JSON_UNREADABLE', 'throws when it is read', ancestors, error);
  }
}

function objectOf(entries: Iterable<readonly [unknown, unknown]>, ancestors: object[], depth: number): JsonValue {
  const plain: Record<string, JsonValue> = {};
  for (const [name, member] of entries) {
    const key = String(name);
    const converted = convert(member, key, ancestors, depth + 1);
    if (converted === undefined) continue;
    // Assigning to `__proto__` would set the prototype instead of a property.
    if (key === '__proto__') {
      Object.defineProperty(plain, key, { value: converted, enumerable: true, writable: true, configurable: true });
    } else {
      plain[key] = converted;
    }
  }
  return plain;
}

function refusal(code: string, what: string, ancestors: readonly object[], cause?: unknown): PermanentError {
  const path = pathOf(ancestors);
  return new PermanentError(`${path === '' ? 'The value' : `The value at ${path}`} ${what}; JSON can't hold it.`, {
    code,
    cause,
  });
}

/** The way down to the last ancestor, shortened in the middle. */
function pathOf(ancestors: readonly object[]): string {
  const keys: string[] = [];
  for (let index = 1; index < ancestors.length; index++) {
    const child = ancestors[index];
    const entry = Object.entries(ancestors[index - 1] as object).find(([, member]) => member === child);
    keys.push(entry?.[0] ?? '?');
  }
  const path = keys.join('.');
  return path.length <= 80 ? path : `${path.slice(0, 40)}…${path.slice(-37)}`;
}
