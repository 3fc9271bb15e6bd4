import type { IntakeInterface } from '@dest/core';
import { runAttributed } from './attribution';
import { containedMethods } from './contained-methods';
import type { Owner } from './plugin-fault';

/** Makes an intake by `create`, which is attributed to the owner like every call of it later. @throws what `create` throws */
export function createContainedIntake(owner: Owner, create: () => IntakeInterface): IntakeInterface {
  return runAttributed(owner, () => containedMethods(create(), owner, ['start', 'check', 'close']));
}
