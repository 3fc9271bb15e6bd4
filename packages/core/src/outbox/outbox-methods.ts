import type { Outbox } from '../ports/outbox';

/** What every outbox has, whatever else; only `started` returns no promise. */
export const OUTBOX_METHODS = [
  'open',
  'append',
  'read',
  'readRetries',
  'readReplays',
  'load',
  'started',
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
  'close',
] as const satisfies readonly (keyof Outbox)[];
