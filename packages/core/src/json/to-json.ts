import { PermanentError } from '../errors/permanent-error';
import type { JsonValue } from '../model/json';

/** How deep a value may be nested: beyond it nothing that reads JSON recursively is safe. */
export const MAX_JSON_DEPTH = 500;

/**
 * Makes plain JSON out of any value: Date as ISO text, BigInt as decimal text, Map as an object, Set as a list, what has
 * `toJSON` by it, an invalid date or number as null, `undefined`, functions and symbols left out (null inside a list).
 * The input is never changed and shares nothing with the result.
 *
 * @throws PermanentError `JSON_CYCLE` or `JSON_TOO_DEEP`, with the path to the place; `JSON_UNREADABLE`, with the path,
 * where a getter, an iterator or a toJSON throws, and where a key of a Map can't be a text.
 */
export function toJson(value: unknown): JsonValue {
  const walk: Walk = { ancestors: [], path: [], refusal: undefined };
  try {
    return convert(value, '', walk, 0) ?? null;
  } catch (thrown) {
    // Compared, not classified: what a getter throws may be anything, and may throw when it is looked at.
    if (walk.refusal !== undefined && thrown === walk.refusal) throw thrown;
    throw refusal('JSON_UNREADABLE', 'throws when it is read', walk, thrown);
  }
}

/** Where the conversion is. Nothing is taken back on the way out of a failure: `path` is then that of the place. */
interface Walk {
  /** The objects around the value that is converted. */
  readonly ancestors: object[];
  /** The keys down to it. */
  readonly path: (string | number)[];
  refusal: PermanentError | undefined;
}

function convert(value: unknown, key: string | number, walk: Walk, depth: number): JsonValue | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : null;
    case 'bigint':
      return value.toString();
    case 'object':
      return value === null ? null : convertObject(value, key, walk, depth);
    default:
      return undefined;
  }
}

function convertObject(value: object, key: string | number, walk: Walk, depth: number): JsonValue | undefined {
  if (walk.ancestors.includes(value)) throw refusal('JSON_CYCLE', 'contains itself', walk);
  if (depth >= MAX_JSON_DEPTH) {
    throw refusal('JSON_TOO_DEEP', `is nested more than ${MAX_JSON_DEPTH} levels deep`, walk);
  }
  walk.ancestors.push(value);
  const plain = convertMembers(value, key, walk, depth);
  walk.ancestors.pop();
  return plain;
}

function convertMembers(value: object, key: string | number, walk: Walk, depth: number): JsonValue | undefined {
  if (Array.isArray(value)) return listOf(value, walk, depth);
  if (value instanceof Map) return objectOfMap(value, walk, depth);
  if (value instanceof Set) return listOf(Array.from(value), walk, depth);
  if (value instanceof Number || value instanceof String || value instanceof Boolean) {
    return convert(value.valueOf(), key, walk, depth);
  }
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') {
    const own: unknown = toJSON.call(value, String(key));
    // Whoever answers with itself means its members.
    if (own !== value) return convert(own, key, walk, depth + 1);
  }
  return objectOf(value as Readonly<Record<string, unknown>>, walk, depth);
}

function listOf(elements: readonly unknown[], walk: Walk, depth: number): JsonValue {
  const plain: JsonValue[] = [];
  for (let index = 0; index < elements.length; index++) {
    walk.path.push(index);
    plain.push(convert(elements[index], index, walk, depth + 1) ?? null);
    walk.path.pop();
  }
  return plain;
}

function objectOf(value: Readonly<Record<string, unknown>>, walk: Walk, depth: number): JsonValue {
  const plain: Record<string, JsonValue> = {};
  for (const key of Object.keys(value)) {
    walk.path.push(key);
    set(plain, key, convert(value[key], key, walk, depth + 1));
    walk.path.pop();
  }
  return plain;
}

function objectOfMap(map: ReadonlyMap<unknown, unknown>, walk: Walk, depth: number): JsonValue {
  const plain: Record<string, JsonValue> = {};
  for (const [name, member] of map.entries()) {
    const key = keyOf(name, walk);
    walk.path.push(key);
    set(plain, key, convert(member, key, walk, depth + 1));
    walk.path.pop();
  }
  return plain;
}

function keyOf(name: unknown, walk: Walk): string {
  try {
    if (typeof name !== 'symbol') return String(name);
  } catch (cause) {
    throw refusal('JSON_UNREADABLE', 'has a key that can not be a text', walk, cause);
  }
  throw refusal('JSON_UNREADABLE', 'has a symbol as a key', walk);
}

function set(plain: Record<string, JsonValue>, key: string, value: JsonValue | undefined): void {
  if (value === undefined) return;
  // Assigning to `__proto__` would set the prototype instead of a property.
  if (key === '__proto__') {
    Object.defineProperty(plain, key, { value, enumerable: true, writable: true, configurable: true });
  } else {
    plain[key] = value;
  }
}

/** The path is shortened in the middle. */
function refusal(code: string, what: string, walk: Walk, cause?: unknown): PermanentError {
  const path = walk.path.join('.');
  const short = path.length <= 80 ? path : `${path.slice(0, 40)}…${path.slice(-37)}`;
  const message = `${short === '' ? 'The value' : `The value at ${short}`} ${what}; JSON can't hold it.`;
  walk.refusal = new PermanentError(message, { code, cause });
  return walk.refusal;
}
