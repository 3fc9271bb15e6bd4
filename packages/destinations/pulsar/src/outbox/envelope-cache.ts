import type { Envelope } from '@dest/core';

/** Some thousand envelopes of the usual size. */
const MOST_BYTES = 8 * 1024 * 1024;

/** Envelopes of dead letters that were read lately; the others are read again. */
export class EnvelopeCache {
  readonly #envelopes = new Map<string, { readonly envelope: Envelope; readonly bytes: number }>();
  #bytes = 0;

  get(id: string): Envelope | undefined {
    return this.#envelopes.get(id)?.envelope;
  }

  add(id: string, envelope: Envelope, bytes: number): void {
    this.delete(id);
    this.#envelopes.set(id, { envelope, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#envelopes.keys()) {
      if (this.#bytes <= MOST_BYTES) return;
      this.delete(oldest);
    }
  }

  delete(id: string): void {
    this.#bytes -= this.#envelopes.get(id)?.bytes ?? 0;
    this.#envelopes.delete(id);
  }
}
