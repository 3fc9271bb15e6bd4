import { REGISTRATION } from '../registry/registration';
import type { ModuleNamespace } from './import-plugin';

/**
 * The registered classes among a module's exports. Looks through the namespace, `default` and what lies in `default`:
 * some CommonJS modules expose nothing else.
 */
export function findClasses(namespace: ModuleNamespace): readonly object[] {
  const found = new Set<object>();
  for (const value of valuesOf(namespace)) {
    if (isRegistered(value)) found.add(value);
    for (const inner of value === namespace['default'] ? valuesOf(value) : [])
      if (isRegistered(inner)) found.add(inner);
  }
  return [...found];
}

/** An own property: a subclass that isn't registered itself doesn't count. */
export function isRegistered(value: unknown): value is object {
  return typeof value === 'function' && Object.hasOwn(value, REGISTRATION);
}

function valuesOf(value: unknown): readonly unknown[] {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isObject ? Object.values(value) : [];
}
