import type { Outbox } from '@dest/core';
import { runAttributed } from './attribution';
import { containedMethods } from './contained-methods';
import type { Owner } from './plugin-fault';

const METHODS = [
  'open',
  'append',
  'read',
  'readRetries',
  'readReplays',
  'load',
  'settle',
  'size',
  'lanes',
  'moveLane',
  'dropLane',
  'deadLetters',
  'countDeadLetters',
  'deadLetter',
  'dropDeadLetters',
  'replayDeadLetters',
  'forget',
  'countQuarantined',
  'close',
] as const satisfies readonly (keyof Outbox)[];

/** Makes an outbox by `create`, which is attributed to the owner like every call of it later. @throws what `create` throws */
export function createContainedOutbox(owner: Owner, create: () => Outbox): Outbox {
  return runAttributed(owner, () => containedMethods(create(), owner, METHODS, ['started', 'ending', 'watch']));
}
