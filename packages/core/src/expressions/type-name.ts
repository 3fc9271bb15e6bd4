import { Instant } from './dates/instant';

/** What a value is, for messages: they name types, never values. */
export function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Instant) return 'a datetime';
  switch (typeof value) {
    case 'undefined':
      return 'missing';
    case 'string':
      return 'a text';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'a boolean';
    case 'object':
      return 'an object';
    default:
      return `a ${typeof value}`;
  }
}
