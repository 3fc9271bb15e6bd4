import type { LaneIdentity } from '@dest/core';
import { LaneTail } from './lane-tail';

/** What is known of a lane on this side of the thread. */
export interface LaneState {
  /** As the worker knows it, too. */
  readonly number: number;
  readonly identity: LaneIdentity;
  readonly tail: LaneTail;
  /** Appends that are not answered yet and only add something. */
  adding: number;
  /** What is not answered yet and may also remove something. */
  changing: number;
  /** Settlements that are not answered yet, and the highest sequence among them. */
  settling: number;
  settlingUpTo: number;
}

export function newLaneState(number: number, identity: LaneIdentity): LaneState {
  const tail = new LaneTail();
  return { number, identity, tail, adding: 0, changing: 0, settling: 0, settlingUpTo: 0 };
}
