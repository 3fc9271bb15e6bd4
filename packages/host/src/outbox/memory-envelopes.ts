import type { AcceptedEnvelope } from '@dest/core';
import { belongsToProfile } from './belongs-to-profile';

interface Held {
  readonly accepted: AcceptedEnvelope;
  holders: number;
}

/** Envelopes, each kept as long as something holds it. */
export class MemoryEnvelopes {
  readonly #held = new Map<number, Held>();
  #last = 0;

  /** Keeps an envelope that has one holder. Returns its number. */
  add(accepted: AcceptedEnvelope): number {
    this.#held.set(++this.#last, { accepted, holders: 1 });
    return this.#last;
  }

  hold(number: number): void {
    const held = this.#held.get(number);
    if (held !== undefined) held.holders++;
  }

  release(number: number): void {
    const held = this.#held.get(number);
    if (held !== undefined && --held.holders === 0) this.#held.delete(number);
  }

  get(number: number): AcceptedEnvelope | undefined {
    return this.#held.get(number)?.accepted;
  }

  /** Numbers of the envelopes of a person. */
  ofProfile(profileId: string): ReadonlySet<number> {
    const found = new Set<number>();
    for (const [number, { accepted }] of this.#held) {
      if (belongsToProfile(accepted.envelope, profileId)) found.add(number);
    }
    return found;
  }

  clear(): void {
    this.#held.clear();
  }
}
