import { backoffDelay } from '../../src/sending/backoff';

const backoff = { initialMs: 100, maxMs: 5_000 };

it('doubles up to the maximum', () => {
  expect([0, 1, 2, 5, 6, 1_000].map((attempt) => backoffDelay(attempt, backoff, 1))).toEqual([
    100, 200, 400, 3_200, 5_000, 5_000,
  ]);
});

it('leaves half of it to chance', () => {
  expect([0, 0.5, 1].map((random) => backoffDelay(0, backoff, random))).toEqual([50, 75, 100]);
});
