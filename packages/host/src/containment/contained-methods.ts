import { handSignal } from './attributed-abort';
import { runAttributed } from './attribution';
import type { Owner } from './plugin-fault';

type Method = (...values: readonly unknown[]) => unknown;

/**
 * An instance whose calls are attributed to its owner. It has those of the methods that the instance has, and nothing else.
 * Each returns a promise of the platform that settles once, whatever the plugin's method does: throw, return no promise or
 * one of another kind, settle it twice.
 *
 * @param synchronous - methods that return no promise
 */
export function containedMethods<Instance extends object>(
  instance: Instance,
  owner: Owner,
  names: readonly (keyof Instance & string)[],
  synchronous: readonly (keyof Instance & string)[] = [],
): Instance {
  const methods = instance as unknown as Readonly<Record<string, Method>>;
  const contained: Record<string, Method> = {};
  for (const name of names) {
    if (typeof methods[name] !== 'function') continue;
    contained[name] = (...values) => {
      // Whatever else is handed in, the context comes last.
      handSignal(owner, (values.at(-1) as { readonly signal?: unknown } | undefined)?.signal);
      // Resolved in here, since a foreign promise has a `then` of its own, which is the plugin's code as well.
      const call = (): Promise<unknown> => new Promise((resolve) => resolve(methods[name]!(...values)));
      return runAttributed(owner, call);
    };
  }
  for (const name of synchronous) {
    if (typeof methods[name] !== 'function') continue;
    contained[name] = (...values) => runAttributed(owner, () => methods[name]!(...values));
  }
  return contained as unknown as Instance;
}
