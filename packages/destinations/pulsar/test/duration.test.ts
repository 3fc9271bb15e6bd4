import { parseDuration } from '@dest/core';

it.each([
  ['250ms', 250],
  ['5m', 300_000],
  ['1h30m', 5_400_000],
  ['2d', 172_800_000],
  ['1w', 604_800_000],
  [1_500, 1_500],
])('reads %s as %d ms', (duration, milliseconds) => {
  expect(parseDuration(duration)).toBe(milliseconds);
});
