import { TextChunk } from './text-chunk';

/** In bytes. Large enough that few are needed, and small enough that it matters little for how long its last text is held. */
const CHUNK_BYTES = 65_536;

/** A UTF-16 unit takes three bytes at most. */
const MAX_BYTES_OF_UNIT = 3;

/** Where texts are written. */
export class TextMemory {
  #chunk = new TextChunk(0);

  /** Where there is room for so many UTF-16 units; undefined where they need a chunk of their own. */
  chunkFor(units: number): TextChunk | undefined {
    const bytes = units * MAX_BYTES_OF_UNIT;
    if (bytes > CHUNK_BYTES) return undefined;
    if (bytes > this.#chunk.room) this.#chunk = new TextChunk(CHUNK_BYTES);
    return this.#chunk;
  }
}
