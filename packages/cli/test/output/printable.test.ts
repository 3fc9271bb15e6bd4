import * as fc from 'fast-check';
import { formatTime } from '../../src/output/format-time';
import { oneLine, printable, printableInColors } from '../../src/output/printable';

describe('texts from elsewhere', () => {
  it('have nothing in them that a terminal obeys, and keep the rest', () => {
    expect(printable('a\u001b[31mb\u009b2Jc\u202ed\r\te\nf é 🙂')).toBe('a [31mb 2Jc d  e\nf é 🙂');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // eslint-disable-next-line no-control-regex
        expect(printable(text)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      }),
    );
  });

  it('keep the colours of this command where they are asked for', () => {
    const shown = '\u001b[31mred\u001b[39m \u001b[1;2mbold\u001b[0m';
    expect(printableInColors(`${shown} \u001b[2J\u001b]0;title\u0007\r\n`)).toBe(`${shown}  [2J ]0;title  \n`);
  });

  it('fit on a line of so many characters', () => {
    expect(oneLine('two\n  lines', 20)).toBe('two lines');
    expect(oneLine('🙂🙂🙂🙂', 3)).toBe('🙂🙂…');
    expect(oneLine('abc', 3)).toBe('abc');
  });
});

describe('formatTime', () => {
  it('is what people and --since read', () =>
    expect(formatTime(Date.UTC(2026, 0, 2, 3, 4, 5, 678))).toBe('2026-01-02 03:04:05Z'));
  it('is of no time that there is', () => expect(formatTime(Number.NaN)).toBe('?'));
});
