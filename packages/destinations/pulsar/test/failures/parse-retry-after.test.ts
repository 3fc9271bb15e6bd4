import { parseRetryAfter } from '../../src/failures/parse-retry-after';

const NOW = Date.parse('2026-01-01T00:00:00Z');

it.each([
  ['7', 7_000],
  ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
  ['99999999', 86_400_000],
  ['0', undefined],
  ['Wed, 31 Dec 2025 00:00:00 GMT', undefined],
  ['soon', undefined],
  [undefined, undefined],
])('%s', (value, expected) => {
  expect(parseRetryAfter(value, NOW)).toBe(expected);
});
