import { Instant } from '../dates/instant';

/** What an operand is that could not be made, such as a function of a missing value. Whatever it is part of is undecided. */
export const UNDECIDED: unique symbol = Symbol('undecided');

/** Whether two values of JSON, or two datetimes, are the same. Nothing is converted; a missing value is equal to nothing. */
export function isSame(left: unknown, right: unknown): boolean {
  if (left === right) return left !== undefined;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (left instanceof Instant || right instanceof Instant) {
    return left instanceof Instant && right instanceof Instant && left.time === right.time;
  }
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
    return left.every((element, index) => isSame(element, right[index]));
  }
  return isSameObject(left as Record<string, unknown>, right as Record<string, unknown>);
}

function isSameObject(left: Record<string, unknown>, right: Record<string, unknown>): boolean {
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && isSame(left[key], right[key]));
}

/** Whether a list has an element that is the same. */
export function hasElement(list: readonly unknown[], value: unknown): boolean {
  for (const element of list) if (isSame(element, value)) return true;
  return false;
}

/** `==`: the same, or the one is an element of the list that the other is. */
export function isEqual(left: unknown, right: unknown): boolean {
  if (left === undefined || right === undefined) return false;
  if (isSame(left, right)) return true;
  return (Array.isArray(left) && hasElement(left, right)) || (Array.isArray(right) && hasElement(right, left));
}

/** What can be ordered: two numbers, two texts by code unit, or two datetimes. Undefined: these two can't. */
export function compare(left: unknown, right: unknown): number | undefined {
  if (typeof left === 'number' && typeof right === 'number') return left < right ? -1 : left > right ? 1 : 0;
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0;
  if (left instanceof Instant && right instanceof Instant) return left.time - right.time;
  return undefined;
}

/** `EMPTY`. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (typeof value !== 'object' || value instanceof Instant) return false;
  return Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0;
}
