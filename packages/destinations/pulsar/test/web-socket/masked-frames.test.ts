import { maskedFrames, type FrameText } from '../../src/web-socket/masked-frames';

/** A text of so many bytes, of which some are characters of several. */
function textOf(size: number): FrameText {
  const head = 'ł'.repeat(Math.min(3, size >> 2)) + 'h'.repeat(size >> 3);
  const headSize = Buffer.byteLength(head);
  const tail = size - headSize >= 2 ? '"}' : '';
  const body = Array.from({ length: size - headSize - tail.length }, (_, index) => String(index % 10)).join('');
  return { head, headSize, body, tail };
}

interface Read {
  readonly text: string;
  readonly mask: string;
}

/** Frames as RFC 6455 (5.2) describes them, byte by byte. */
function read(frames: Buffer): Read[] {
  const all: Read[] = [];
  for (let at = 0; at < frames.length;) {
    // The last part of a text, and masked.
    expect([frames[at], (frames[at + 1] ?? 0) & 0x80]).toEqual([0x81, 0x80]);
    let size = (frames[at + 1] ?? 0) & 0x7f;
    at += 2;
    if (size === 126) {
      size = frames.readUInt16BE(at);
      expect(size).toBeGreaterThan(125);
      at += 2;
    } else if (size === 127) {
      size = Number(frames.readBigUInt64BE(at));
      expect(size).toBeGreaterThan(65_535);
      at += 8;
    }
    const mask = frames.subarray(at, at + 4);
    at += 4;
    const text = frames.subarray(at, at + size).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
    all.push({ text: Buffer.from(text).toString(), mask: mask.toString('hex') });
    at += size;
  }
  return all;
}

const joined = ({ head, body, tail }: FrameText): string => head + body + tail;

it('come out as they went in, wherever they begin and end', () => {
  // Sizes that move the next frame's beginning on by each of the four remainders.
  for (let first = 0; first < 8; first += 1) {
    const texts = [first, ...Array.from({ length: 40 }, (_, size) => size)].map(textOf);

    expect(read(maskedFrames(texts)).map(({ text }) => text)).toEqual(texts.map(joined));
  }
});

it.each([125, 126, 127, 65_535, 65_536, 65_537, 1_048_576])('of %d bytes have their length', (size) => {
  const texts = [textOf(size), textOf(1), textOf(size)];

  expect(read(maskedFrames(texts)).map(({ text }) => text)).toEqual(texts.map(joined));
});

it('each have a mask of their own', () => {
  const texts = Array.from({ length: 100 }, () => textOf(100));
  const masks = Array.from({ length: 100 }, () => read(maskedFrames(texts)).map(({ mask }) => mask)).flat();

  expect(masks).toHaveLength(10_000);
  // Of 10,000 random numbers of 32 bits two are alike every hundredth time; more than that, never.
  expect(new Set(masks).size).toBeGreaterThan(9_990);
});

it('of nothing are nothing', () => {
  expect(maskedFrames([])).toHaveLength(0);
});
