import type { AcceptedEnvelope } from '@dest/core';
import { AcceptedText } from '../../envelope/accepted-text';
import type { TextChunk } from '../../envelope/text-chunk';

/** How much is held, in bytes of JSON. */
const MAX_BYTES = 33_554_432;

/** How many are held: small ones cost more than their JSON. */
const MAX_HELD = 50_000;

interface Held {
  readonly accepted: AcceptedEnvelope;
  /** Of its deliveries, how many are not settled. */
  copies: number;
}

/** Envelopes that were appended lately. Two halves: where the younger one is full, the older one is forgotten as a whole. */
export class EnvelopeCache {
  #young = new Map<number, Held>();
  #old = new Map<number, Held>();
  #youngBytes = 0;
  #lastChunk: TextChunk | undefined;

  /** @param length - how many bytes its JSON has */
  add(envelope: number, accepted: AcceptedEnvelope, length: number, copies: number): void {
    const bytes = this.#heldBy(accepted, length);
    // A single one that is too large is not held at all.
    if (bytes * 2 > MAX_BYTES) return;
    if (this.#youngBytes + bytes > MAX_BYTES / 2 || this.#young.size >= MAX_HELD / 2) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#youngBytes = 0;
    }
    this.#young.set(envelope, { accepted, copies });
    this.#youngBytes += bytes;
  }

  get(envelope: number): AcceptedEnvelope | undefined {
    return (this.#young.get(envelope) ?? this.#old.get(envelope))?.accepted;
  }

  /** Says that a copy is gone. */
  release(envelope: number): void {
    const held = this.#young.get(envelope) ?? this.#old.get(envelope);
    if (held !== undefined && --held.copies <= 0) this.remove(envelope);
  }

  remove(envelope: number): void {
    if (!this.#young.delete(envelope)) this.#old.delete(envelope);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
    this.#youngBytes = 0;
    this.#lastChunk = undefined;
  }

  /** What is held for one more: of texts that lie in one chunk, all of it by the first one. */
  #heldBy(accepted: AcceptedEnvelope, length: number): number {
    if (!(accepted instanceof AcceptedText)) return length;
    const { chunk } = accepted;
    const isKnown = this.#lastChunk === chunk;
    this.#lastChunk = chunk;
    return isKnown ? 0 : chunk.size;
  }
}
