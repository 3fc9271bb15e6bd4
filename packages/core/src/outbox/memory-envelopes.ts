import type { AcceptedEnvelope } from '../ports/outbox';
import { belongsToProfile } from './belongs-to-profile';

interface Held {
  readonly accepted: AcceptedEnvelope;
  holders: number;
}

/** Envelopes, each kept as long as something holds it. */
export class MemoryEnvelopes {
  readonly #held = new Map<number, Held>();

  /** Keeps an envelope while `use` gives it to holders, and from then on as long as something holds it. */
  with(number: number, accepted: AcceptedEnvelope, use: () => void): void {
    if (this.#held.has(number)) this.hold(number);
    else this.#held.set(number, { accepted, holders: 1 });
    use();
    this.release(number);
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
