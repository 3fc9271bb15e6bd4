import type { Scope } from '../scope';
import { internalize } from './internalize';
import { isAlwaysMissing } from './is-always-missing';
import type { Reference } from './reference';

/** Reads something out of a scope; undefined where it is missing. */
export type Read = (scope: Scope) => unknown;

const LIST_INDEX = /^(?:0|[1-9][0-9]{0,9})$/;

/**
 * Makes the function that reads a reference. It reads own properties only, and of a list only its elements, by number;
 * of texts and numbers nothing. The usual short paths have functions of their own: they are read for every event.
 */
export function readReference(reference: Reference): Read {
  if (isAlwaysMissing(reference)) return () => undefined;
  const name = internalize(reference.scope);
  const path = reference.path.map(internalize);
  if (!path.every(isPlainName)) return readAnyPath(name, path);
  const [first, second, third] = path;
  if (first === undefined) return (scope) => (Object.hasOwn(scope, name) ? scope[name] : undefined);
  if (second === undefined) return (scope) => readName(scope[name], first);
  if (third === undefined) return (scope) => readName(readName(scope[name], first), second);
  if (path.length === 3) return (scope) => readName(readName(readName(scope[name], first), second), third);
  const rest = path.slice(3);
  return (scope) => {
    let value = readName(readName(readName(scope[name], first), second), third);
    for (const key of rest) value = readName(value, key);
    return value;
  };
}

/** Whether no list has it as an own property, so that it needn't be known whether something is a list. */
export function isPlainName(key: string): boolean {
  return key !== 'length' && !LIST_INDEX.test(key);
}

function readName(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

function readAnyPath(name: string, path: readonly string[]): Read {
  const steps = path.map((key) => ({ key, index: LIST_INDEX.test(key) ? Number(key) : -1 }));
  return (scope) => {
    let value = scope[name];
    for (const { key, index } of steps) {
      if (!Array.isArray(value)) value = readName(value, key);
      else value = index >= 0 && index < value.length ? (value[index] as unknown) : undefined;
    }
    return value;
  };
}
