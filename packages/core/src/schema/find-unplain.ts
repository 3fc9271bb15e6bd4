import { MAX_JSON_DEPTH } from '../json/to-json';
import type { SchemaIssue } from './schema-issue';

/**
 * The first place where a value is not plain data: where it contains itself, or holds a BigInt, a function or a symbol,
 * or is nested too deep.
 * Nothing that validates, copies or digests it would get past that place.
 */
export function findUnplain(value: unknown): SchemaIssue | undefined {
  return search(value, '', new Set(), new Set());
}

function search(value: unknown, pointer: string, ancestors: Set<object>, fine: Set<object>): SchemaIssue | undefined {
  if (typeof value === 'bigint')
    return { pointer, message: 'should be plain data, is a BigInt; write a number or a text' };
  if (typeof value === 'function' || typeof value === 'symbol') {
    return { pointer, message: `should be plain data, is a ${typeof value}` };
  }
  // What is there twice is looked through once: references to references would take for ever.
  if (typeof value !== 'object' || value === null || fine.has(value)) return undefined;
  if (ancestors.has(value)) {
    return {
      pointer,
      message: 'contains itself: it is one of the objects that it lies in; write out what it should be',
    };
  }
  if (ancestors.size >= MAX_JSON_DEPTH) {
    return { pointer, message: `is nested more than ${MAX_JSON_DEPTH} levels deep; write it flatter` };
  }
  ancestors.add(value);
  for (const [key, member] of Object.entries(value)) {
    const found = search(member, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, ancestors, fine);
    if (found !== undefined) return found;
  }
  ancestors.delete(value);
  fine.add(value);
  return undefined;
}
