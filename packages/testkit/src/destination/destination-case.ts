import type { DestinationClass } from '@dest/core';
import type { Ability } from './ability';
import type { DestinationKit } from './destination-kit';
import type { OtherSide } from './other-side';

/** The parts of the contract, in the order of a scorecard. */
export const GROUPS = [
  'registration',
  'schema',
  'lifecycle',
  'dispatch',
  'batches',
  'failures',
  'deadline',
  'idempotency',
  'credentials',
  'secrets',
  'recovery',
] as const;

export type ConformanceGroup = (typeof GROUPS)[number];

/** What the suite is held against. */
export interface Subject<Side extends OtherSide = OtherSide> {
  readonly Class: DestinationClass<object>;
  readonly kit: DestinationKit<Side>;
}

/** One thing that every destination does, as a test of any. */
export interface DestinationCase {
  /** A sentence. */
  readonly name: string;
  readonly group: ConformanceGroup;
  /** What a destination has to be able to do for it. */
  readonly needs: readonly Ability[];
  /** True where it looks at the whole process, so that nothing may run beside it. */
  readonly alone: boolean;
  /** Rejects, with a sentence about what differs, where the destination does not do it. */
  run(subject: Subject): Promise<void>;
}
