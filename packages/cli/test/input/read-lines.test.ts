import * as fc from 'fast-check';
import { readLines } from '../../src/input/read-lines';

async function* chunks(parts: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* parts;
}

async function collect(parts: readonly Buffer[], maxBytes?: number): Promise<(string | null)[]> {
  const lines: (string | null)[] = [];
  for await (const { number, bytes } of readLines(chunks(parts), undefined, maxBytes)) {
    expect(number).toBe(lines.length + 1);
    lines.push(bytes?.toString() ?? null);
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

  it('counts bytes', async () => {
    let bytes = 0;
    for await (const line of readLines(chunks([Buffer.from('é\n'), Buffer.from('b')]), (more) => (bytes += more)))
      void line;
    expect(bytes).toBe(4);
  });
});
