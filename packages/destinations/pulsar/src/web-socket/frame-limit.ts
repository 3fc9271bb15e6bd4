import type { PermanentError } from '@dest/core';
import { tooLargeError } from '../sending/too-large-error';
import type { PulsarMessage } from '../transport/pulsar-transport';
import { encodeFrame, mostFrameBytes } from './encode-frame';
import { sizeOf } from './masked-frames';

/** How large a frame may be. A broker may take less than was thought, and says so only by closing the connection. */
export class FrameLimit {
  readonly #where: string;
  #most: number;

  /**
   * @param where address and topic, for messages
   * @param most in bytes
   */
  constructor(where: string, most: number) {
    this.#where = where;
    this.#most = most;
  }

  /** Why a message can't be sent; undefined where it can. */
  refusalOf(id: number, message: PulsarMessage): PermanentError | undefined {
    // Only what may be too large is measured.
    if (mostFrameBytes(message) <= this.#most) return undefined;
    const size = sizeOf(encodeFrame(id, message));
    return size > this.#most ? this.#tooLarge(size) : undefined;
  }

  /** A frame of this size was refused, and so will be every one of it. */
  lowerBelow(size: number): PermanentError {
    this.#most = Math.min(this.#most, size - 1);
    return this.#tooLarge(size);
  }

  #tooLarge(size: number): PermanentError {
    return tooLargeError(
      this.#where,
      `as a WebSocket frame, Base64 included, it has ${size} bytes, and at most ${this.#most} are allowed.`,
      "Send less by the destination's mapping, or use the native client (pulsar://), which takes up to 5 MiB.",
    );
  }
}
