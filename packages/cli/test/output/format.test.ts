import { count } from '../../src/output/count';
import { formatDuration } from '../../src/output/format-duration';

describe('what people read', () => {
  it.each([
    [0, '0 ms'],
    [999.4, '999 ms'],
    [1_250, '1.25 s'],
    [59_900, '59.9 s'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
    [86_400_000 * 3 + 3_600_000 * 4, '3 d 4 h'],
  ])('%d ms is %s', (milliseconds, expected) => expect(formatDuration(milliseconds)).toBe(expected));

  it('counts', () => {
    expect([count(0, 'line'), count(1, 'line'), count(12_345, 'line')]).toEqual(['0 lines', '1 line', '12,345 lines']);
  });
});
