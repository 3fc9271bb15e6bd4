import * as fc from 'fast-check';
import { readLines } from '../../src/input/read-lines';

async function* chunks(parts: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* parts;
}

async function collect(parts: readonly Buffer[], maxBytes?: number): Promise<(string | null)[]> {
  const lines: (string | null)[] = [];
  for await (const together of readLines(chunks(parts), undefined, maxBytes)) {
    for (const { number, bytes } of together) {
      expect(number).toBe(lines.length + 1);
      lines.push(bytes?.toString() ?? null);
    }
  }
  return lines;
}

describe('readLines', () => {
  it('gives the same lines however the text is cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('a', 'é', '\n', '\r\n', '🙂')),
        fc.array(fc.nat(5)),
        async (letters, cuts) => {
          const bytes = Buffer.from(letters.join(''));
          const parts: Buffer[] = [];
          let start = 0;
          for (const length of cuts) {
            parts.push(bytes.subarray(start, start + length));
            start += length;
          }
          parts.push(bytes.subarray(start));
          const expected = letters.join('').split('\n');
          if (expected.at(-1) === '') expected.pop();
          expect(await collect(parts)).toEqual(expected);
        },
      ),
    );
  });

  it('keeps nothing of a line that is too long, and goes on after it', async () => {
    const parts = ['ab', 'cd', 'ef\nok', '\nabcd\nabcde'].map((part) => Buffer.from(part));
    expect(await collect(parts, 4)).toEqual([null, 'ok', 'abcd', null]);
  });

  it('gives the lines together that end in one chunk', async () => {
    const together: number[][] = [];
    for await (const lines of readLines(chunks(['a\nb\nc', 'd', '\ne'].map((part) => Buffer.from(part)))))
      together.push(lines.map(({ number }) => number));
    expect(together).toEqual([[1, 2], [3], [4]]);
  });

  it('counts bytes', async () => {
    let bytes = 0;
    for await (const lines of readLines(chunks([Buffer.from('é\n'), Buffer.from('b')]), (more) => (bytes += more)))
      void lines;
    expect(bytes).toBe(4);
  });
});
