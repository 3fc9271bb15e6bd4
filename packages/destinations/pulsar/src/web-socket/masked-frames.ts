import { randomFillSync } from 'node:crypto';

/** The text of a frame, in parts: joined, they would be copied once more. */
export interface FrameText {
  readonly head: string;
  /** Bytes of the head in UTF-8. */
  readonly headSize: number;
  /** ASCII, and so is the tail. */
  readonly body: string;
  readonly tail: string;
}

/** Bytes of the whole text in UTF-8. */
export function sizeOf({ headSize, body, tail }: FrameText): number {
  return headSize + body.length + tail.length;
}

const FINAL_TEXT = 0x81;
const MASKED = 0x80;
/** What a frame's length is written with where it doesn't fit into seven bits: two bytes, or eight. */
const LENGTH_16 = 126;
const LENGTH_64 = 127;
const MASK_SIZE = 4;

/** Random bytes, and the same as words of four: each word masks one frame. */
const RANDOM = Buffer.allocUnsafeSlow(8 * 1024);
const RANDOM_WORDS = new Int32Array(RANDOM.buffer);
let nextWord = RANDOM_WORDS.length;

/**
 * Frames of a WebSocket client (RFC 6455), one after another. As `ws` makes them, but in one buffer and masked by four
 * bytes at a time: masking byte by byte is the largest part of what a message costs.
 */
export function maskedFrames(texts: readonly FrameText[]): Buffer {
  const total = texts.reduce((sum, text) => sum + headerSize(sizeOf(text)) + sizeOf(text), 0);
  // Not out of a pool: words have to lie at multiples of four.
  const frames = Buffer.allocUnsafeSlow(total);
  const words = new Int32Array(frames.buffer, 0, total >> 2);
  let at = 0;
  for (const text of texts) {
    const size = sizeOf(text);
    const start = at + headerSize(size);
    const end = start + size;
    frames.write(text.head, start, 'utf8');
    frames.write(text.body, start + text.headSize, 'latin1');
    frames.write(text.tail, end - text.tail.length, 'latin1');
    const mask = takeMask();
    writeHeader(frames, at, size, mask);
    applyMask(frames, words, start, end, mask);
    at = end;
  }
  return frames;
}

function headerSize(size: number): number {
  return (size < LENGTH_16 ? 2 : size <= 0xffff ? 4 : 10) + MASK_SIZE;
}

function writeHeader(frames: Buffer, at: number, size: number, mask: number): void {
  frames[at] = FINAL_TEXT;
  if (size < LENGTH_16) {
    frames[at + 1] = MASKED | size;
  } else if (size <= 0xffff) {
    frames[at + 1] = MASKED | LENGTH_16;
    frames.writeUInt16BE(size, at + 2);
  } else {
    frames[at + 1] = MASKED | LENGTH_64;
    frames.writeUInt32BE(0, at + 2);
    frames.writeUInt32BE(size, at + 6);
  }
  const start = at + headerSize(size);
  for (let byte = start; byte < start + MASK_SIZE; byte += 1) frames[byte - MASK_SIZE] = maskAt(byte, mask);
}

/** @returns which of the random words it is */
function takeMask(): number {
  if (nextWord === RANDOM_WORDS.length) {
    randomFillSync(RANDOM);
    nextWord = 0;
  }
  return nextWord++;
}

/** What masks the byte at a place: the mask is turned such that it begins at multiples of four, wherever the frame does. */
function maskAt(place: number, mask: number): number {
  return RANDOM[mask * MASK_SIZE + (place & 3)] as number;
}

function applyMask(frames: Buffer, words: Int32Array, start: number, end: number, mask: number): void {
  const word = RANDOM_WORDS[mask] as number;
  const wordsEnd = end & ~3;
  let place = start;
  for (; place < end && (place & 3) !== 0; place += 1) (frames[place] as number) ^= maskAt(place, mask);
  for (; place < wordsEnd; place += 4) (words[place >> 2] as number) ^= word;
  for (; place < end; place += 1) (frames[place] as number) ^= maskAt(place, mask);
}
