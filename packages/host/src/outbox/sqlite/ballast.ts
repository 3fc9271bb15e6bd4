import { randomFillSync } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { sqliteProblemOf } from './sqlite-problem';

const CHUNK_BYTES = 1_048_576;

/** A file that only takes up room: removed when the disk is full, so that it can be noted what was delivered. */
export class Ballast {
  readonly #path: string;
  readonly bytes: number;
  #isHeld = false;

  /** @param bytes - 0: there is none, and nothing to release */
  constructor(path: string, bytes: number) {
    this.#path = path;
    this.bytes = bytes;
  }

  /** There is room kept, or none is to be kept. */
  get isHeld(): boolean {
    return this.#isHeld || this.bytes === 0;
  }

  /** Writes it where it is missing. Returns false where there is no room for it. */
  hold(): boolean {
    if (this.isHeld) {
      // Of a time when one was wanted.
      if (this.bytes === 0) rmSync(this.#path, { force: true });
      return true;
    }
    try {
      if (!existsSync(this.#path) || statSync(this.#path).size !== this.bytes) this.#write();
      this.#isHeld = true;
      return true;
    } catch (error) {
      this.release();
      if (sqliteProblemOf(error) === 'full') return false;
      throw error;
    }
  }

  /** Gives its room back. Returns whether there was any. */
  release(): boolean {
    const released = existsSync(this.#path);
    rmSync(this.#path, { force: true });
    this.#isHeld = false;
    return released;
  }

  /** Not zeros: some file systems store those without taking up room. */
  #write(): void {
    const chunk = randomFillSync(Buffer.alloc(Math.min(CHUNK_BYTES, this.bytes)));
    const file = openSync(this.#path, 'w', 0o600);
    try {
      for (let written = 0; written < this.bytes;) {
        written += writeSync(file, chunk, 0, Math.min(chunk.length, this.bytes - written));
      }
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }
}
