import { TextChunk } from './text-chunk';

/** In bytes. Large enough that few are needed, and small enough that it matters little for how long its last text is held. */
const CHUNK_BYTES = 65_536;

/** Where texts are written. */
export class TextMemory {
  #chunk = new TextChunk(0);

  /** Where there is room for texts of so many bytes. */
  chunkFor(bytes: number): TextChunk {
    if (bytes > CHUNK_BYTES) return new TextChunk(bytes);
    if (bytes > this.#chunk.room) this.#chunk = new TextChunk(CHUNK_BYTES);
    return this.#chunk;
  }
}
