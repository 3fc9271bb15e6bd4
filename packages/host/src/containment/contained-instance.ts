import type { DestinationInterface } from '@dest/core';
import { runAttributed } from './attribution';
import { containedMethods } from './contained-methods';
import type { Owner } from './plugin-fault';

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

/** The same instance, contained as `containedMethods` says. */
export function containedInstance(instance: DestinationInterface, owner: Owner): DestinationInterface {
  return containedMethods(instance, owner, METHODS);
}
