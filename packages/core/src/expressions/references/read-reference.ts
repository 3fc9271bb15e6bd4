import type { Scope } from '../scope';
import type { Reference } from './reference';

/** Reads something out of a scope; undefined where it is missing. */
export type Read = (scope: Scope) => unknown;

const LIST_INDEX = /^(?:0|[1-9][0-9]{0,9})$/;

/** A key with its number where it can be that of a list's element, else -1. */
interface Step {
  readonly key: string;
  readonly index: number;
}

/**
 * Makes the function that reads a reference. It reads own properties only, and of a list only its elements, by number;
 * of texts and numbers nothing. Short paths have functions of their own, since they are read for every event.
 */
export function readReference(reference: Reference): Read {
  const { scope: name, path } = reference;
  const [first, second, third, ...rest] = path.map(stepOf);
  if (first === undefined) return (scope) => (Object.hasOwn(scope, name) ? scope[name] : undefined);
  if (second === undefined) return (scope) => readStep(scope[name], first);
  if (third === undefined) return (scope) => readStep(readStep(scope[name], first), second);
  if (rest.length === 0) return (scope) => readStep(readStep(readStep(scope[name], first), second), third);
  return (scope) => {
    let value = readStep(readStep(readStep(scope[name], first), second), third);
    for (const step of rest) value = readStep(value, step);
    return value;
  };
}

function stepOf(key: string): Step {
  return { key, index: LIST_INDEX.test(key) ? Number(key) : -1 };
}

function readStep(value: unknown, step: Step): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return step.index >= 0 && step.index < value.length ? value[step.index] : undefined;
  return Object.hasOwn(value, step.key) ? (value as Record<string, unknown>)[step.key] : undefined;
}
