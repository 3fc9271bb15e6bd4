import type { LaneIdentity } from '@dest/core';
import { laneKey } from '@dest/core/outbox';
import { newLaneState, type LaneState } from './lane-state';

/** Numbers lanes, so that only their number passes between threads. */
export class LaneBook {
  readonly #byKey = new Map<string, LaneState>();
  /** Most come in as the same object again and again. */
  readonly #byObject = new WeakMap<LaneIdentity, LaneState>();
  #unsent: LaneIdentity[] = [];

  of(identity: LaneIdentity): LaneState {
    const known = this.#byObject.get(identity);
    if (known !== undefined) return known;
    const key = laneKey(identity);
    let state = this.#byKey.get(key);
    if (state === undefined) {
      const { destination, package: name, debug, generation } = identity;
      const own = Object.freeze({ destination, package: name, debug, generation });
      state = newLaneState(this.#byKey.size, own);
      this.#byKey.set(key, state);
      this.#unsent.push(own);
    }
    this.#byObject.set(identity, state);
    return state;
  }

  all(): Iterable<LaneState> {
    return this.#byKey.values();
  }

  /** Says that nobody knows any of them. */
  sendAgain(): void {
    this.#unsent = Array.from(this.all(), ({ identity }) => identity);
  }

  /** Those that the worker doesn't know yet, in order of their numbers. */
  takeUnsent(): readonly LaneIdentity[] {
    const unsent = this.#unsent;
    this.#unsent = [];
    return unsent;
  }
}
