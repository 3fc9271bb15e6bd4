import type { DestinationInterface } from '@dest/core';
import { handSignal } from './attributed-abort';
import { runAttributed } from './attribution';
import type { Owner } from './plugin-fault';

type Method = (...values: readonly unknown[]) => unknown;

const METHODS = [
  'open',
  'check',
  'dispatchProfile',
  'dispatchEvent',
  'dispatchBatch',
  'forgetProfile',
  'close',
] as const satisfies readonly (keyof DestinationInterface)[];

/**
 * Makes an instance by `create`, which is attributed to the owner like every call of it later.
 *
 * @throws what `create` throws
 */
export function createContained(owner: Owner, create: () => DestinationInterface): DestinationInterface {
  return runAttributed(owner, () => containedInstance(create(), owner));
}

/**
 * An instance whose calls are attributed to its owner. It has the methods that the instance has and nothing else. Each
 * returns a promise of the platform that settles once, whatever the plugin's method does: throw, return no promise or
 * one of another kind, settle it twice.
 */
export function containedInstance(instance: DestinationInterface, owner: Owner): DestinationInterface {
  const methods = instance as unknown as Readonly<Record<string, Method>>;
  const contained: Record<string, Method> = {};
  for (const name of METHODS) {
    if (typeof methods[name] !== 'function') continue;
    contained[name] = (...values) => {
      // Whatever else is handed in, the context comes last.
      handSignal(owner, (values.at(-1) as { readonly signal?: unknown } | undefined)?.signal);
      // Resolved in here, since a foreign promise has a `then` of its own, which is the plugin's code as well.
      const call = (): Promise<unknown> => new Promise((resolve) => resolve(methods[name]!(...values)));
      return runAttributed(owner, call);
    };
  }
  return contained as unknown as DestinationInterface;
}
