import { count } from '../../src/output/count';
import { formatDuration } from '../../src/output/format-duration';

describe('what people read', () => {
  it.each([
    [0, '0 ms'],
    [999.4, '999 ms'],
    [1_250, '1.25 s'],
    [59_900, '59.9 s'],
    [200_000, '3 min 20 s'],
  ])('%d ms is %s', (milliseconds, expected) => expect(formatDuration(milliseconds)).toBe(expected));

  it('counts', () => {
    expect([count(0, 'line'), count(1, 'line'), count(12_345, 'line')]).toEqual(['0 lines', '1 line', '12,345 lines']);
  });
});
