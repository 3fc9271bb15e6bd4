import * as fc from 'fast-check';
import { backoffDelay, MAX_RETRY_AFTER_MS } from '../../src/delivery/backoff';

const options = fc.record({
  initialDelayMs: fc.integer({ min: 0, max: 3_600_000 }),
  maxDelayMs: fc.integer({ min: 0, max: 86_400_000 }),
});
const failures = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }));
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const asked = fc.option(fc.oneof(fc.nat(200_000_000), fc.constantFrom(Infinity, Number.MAX_VALUE)), { nil: undefined });

describe('backoffDelay', () => {
  it('doubles what it may be with every failure, up to the largest', () => {
    const bounds = { initialDelayMs: 500, maxDelayMs: 5_000 };
    const most = [1, 2, 3, 4, 5, 6].map((count) => backoffDelay(count, bounds, 0.999_999, undefined));
    expect(most).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000]);
  });

  it('is whole milliseconds, from nothing to what it may be', () => {
    fc.assert(
      fc.property(failures, options, random, (count, bounds, part) => {
        const delay = backoffDelay(count, bounds, part, undefined);
        expect(Number.isInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(bounds.maxDelayMs);
        if (count < 30) expect(delay).toBeLessThanOrEqual(bounds.initialDelayMs * 2 ** (count - 1));
      }),
    );
  });

  it('takes its part of it by chance: with more of it, it is never shorter', () => {
    fc.assert(
      fc.property(failures, options, random, random, (count, bounds, one, other) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        const delay = (part: number): number => backoffDelay(count, bounds, part, undefined);
        expect(delay(less)).toBeLessThanOrEqual(delay(more));
        const ceiling = Math.min(bounds.maxDelayMs, bounds.initialDelayMs * 2 ** Math.min(count - 1, 30));
        expect(Math.abs(delay(one) - one * ceiling)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is never shorter than what the other side asked for, up to a day, and longer only by the backoff', () => {
    fc.assert(
      fc.property(failures, options, random, asked, (count, bounds, part, retryAfterMs) => {
        const delay = backoffDelay(count, bounds, part, retryAfterMs);
        const least = Math.min(retryAfterMs ?? 0, MAX_RETRY_AFTER_MS);
        expect(delay).toBeGreaterThanOrEqual(least);
        expect(delay).toBe(Math.max(least, backoffDelay(count, bounds, part, undefined)));
      }),
    );
  });
});
