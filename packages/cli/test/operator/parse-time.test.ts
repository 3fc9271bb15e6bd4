import { parseTime } from '../../src/operator/parse-time';

const NOW = Date.parse('2026-03-01T12:00:00Z');

describe('parseTime', () => {
  it.each([
    ['2h', '2026-03-01T10:00:00Z'],
    ['1d12h', '2026-02-28T00:00:00Z'],
    ['90s', '2026-03-01T11:58:30Z'],
    ['2024-02-29', '2024-02-29T00:00:00Z'],
    ['2026-01-31', '2026-01-31T00:00:00Z'],
    ['2026-01-31T10:30', '2026-01-31T10:30:00Z'],
    ['2026-01-31 10:30:15Z', '2026-01-31T10:30:15Z'],
    ['2026-01-31T10:30:15.5+02:00', '2026-01-31T08:30:15.500Z'],
  ])('takes %s for %s, wherever it runs', (text, expected) => {
    expect(new Date(parseTime(text, NOW)).toISOString()).toBe(new Date(expected).toISOString());
  });

  it.each([
    '',
    '2',
    'yesterday',
    '2 h',
    '-2h',
    '2026-13-01',
    '2026-02-31T25:00',
    '2026-02-30',
    '2025-02-29T10:00Z',
    '2026-04-31 10:00+02:00',
    '01/02/2026',
    'Infinity',
  ])('refuses %j', (text) => expect(() => parseTime(text, NOW)).toThrow('It should be a date'));
});
