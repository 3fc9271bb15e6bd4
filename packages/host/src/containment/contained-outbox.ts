import type { Outbox } from '@dest/core';
import { OUTBOX_METHODS } from '@dest/core/outbox';
import { runAttributed } from './attribution';
import { containedMethods } from './contained-methods';
import type { Owner } from './plugin-fault';

/** Those that return a promise. */
const ASYNCHRONOUS = [...OUTBOX_METHODS.filter((name) => name !== 'started'), 'countQuarantined'] as const;

/** Makes an outbox by `create`, which is attributed to the owner like every call of it later. @throws what `create` throws */
export function createContainedOutbox(owner: Owner, create: () => Outbox): Outbox {
  return runAttributed(owner, () => containedMethods(create(), owner, ASYNCHRONOUS, ['started', 'ending', 'watch']));
}
