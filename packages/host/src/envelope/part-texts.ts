import type { Envelope } from '@dest/core';
import { PAYLOAD_PARTS, type PayloadPart } from './payload-parts';
import type { Place, ScannedParts } from './scan-parts';
import type { TextChunk } from './text-chunk';

/** The JSON texts of an envelope's parts, on their way into a chunk. */
export interface PartTexts {
  /** How many bytes they have at most. */
  readonly maxBytes: number;
  has(part: PayloadPart): boolean;
  /** Puts one into a chunk. Returns how many bytes it has. */
  write(part: PayloadPart, chunk: TextChunk): number;
}

/** Made of the parts themselves. */
export class MadeTexts implements PartTexts {
  readonly #texts: { [Part in PayloadPart]?: string } = {};
  readonly maxBytes: number = 0;

  constructor(envelope: Envelope) {
    for (const part of PAYLOAD_PARTS) {
      const value = envelope[part];
      if (value === undefined) continue;
      const text = JSON.stringify(value);
      this.#texts[part] = text;
      this.maxBytes += maxBytesOf(text);
    }
  }

  has(part: PayloadPart): boolean {
    return this.#texts[part] !== undefined;
  }

  write(part: PayloadPart, chunk: TextChunk): number {
    return chunk.write(this.#texts[part] as string);
  }
}

/** Found in the text that came in. */
export class FoundTexts implements PartTexts {
  readonly #bytes: Buffer;
  readonly #places: ScannedParts['places'];

  constructor(bytes: Buffer, places: ScannedParts['places']) {
    this.#bytes = bytes;
    this.#places = places;
  }

  get maxBytes(): number {
    return this.#bytes.length;
  }

  has(part: PayloadPart): boolean {
    return this.#places[part] !== undefined;
  }

  write(part: PayloadPart, chunk: TextChunk): number {
    const { start, end } = this.#places[part] as Place;
    return chunk.copy(this.#bytes, start, end);
  }
}

/** A UTF-16 unit takes three bytes at most; what is long is counted. */
export function maxBytesOf(text: string): number {
  return text.length < 10_000 ? text.length * 3 : Buffer.byteLength(text);
}
