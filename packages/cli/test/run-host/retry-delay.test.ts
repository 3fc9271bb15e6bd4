import * as fc from 'fast-check';
import { retryDelay } from '../../src/run-host/retry-delay';

describe('retryDelay', () => {
  it('grows to a bound, and is never shorter than what was asked for in reason', () => {
    expect([1, 2, 3, 7, 1_000].map((tries) => retryDelay(tries))).toEqual([100, 200, 400, 5_000, 5_000]);
    fc.assert(
      fc.property(fc.integer({ min: 1 }), fc.double({ min: 0, noNaN: true }), (tries, asked) => {
        const delay = retryDelay(tries, asked);
        expect(delay).toBeGreaterThanOrEqual(Math.min(asked, 60_000));
        expect(delay).toBeLessThanOrEqual(60_000);
      }),
    );
  });
});
