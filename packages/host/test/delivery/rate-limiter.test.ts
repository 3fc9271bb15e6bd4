import * as fc from 'fast-check';
import { RateLimiter, type RateLimit } from '../../src/delivery/rate-limiter';

const limits = fc.record({
  perSecond: fc.oneof(fc.double({ min: 0.01, max: 1, noNaN: true }), fc.integer({ min: 1, max: 100_000 })),
  burst: fc.integer({ min: 1, max: 1_000 }),
});

/** As the clock of a host has it. */
const start = 1_700_000_000_000;

/** What rounding may cost, in tokens. */
const ROUNDING = 1e-6;

interface Taken {
  readonly at: number;
  readonly count: number;
}

/** Takes what is wanted as far as it is there, after each wait. */
function takeAll(limit: RateLimit, steps: readonly { readonly wait: number; readonly wanted: number }[]): Taken[] {
  const limiter = new RateLimiter(limit);
  let at = start;
  return steps.map(({ wait, wanted }) => {
    at += wait;
    const available = limiter.available(at);
    expect(Number.isInteger(available)).toBe(true);
    expect(available).toBeGreaterThanOrEqual(0);
    expect(available).toBeLessThanOrEqual(limit.burst);
    const count = Math.min(wanted, available);
    limiter.take(count, at);
    return { at, count };
  });
}

describe('RateLimiter', () => {
  it('has a whole burst at first, and gives more by and by', () => {
    const limiter = new RateLimiter({ perSecond: 10, burst: 3 });
    expect(limiter.available(start)).toBe(3);
    limiter.take(3, start);
    expect(limiter.available(start + 99)).toBe(0);
    expect(limiter.available(start + 100)).toBe(1);
    expect(limiter.readyAt(2, start + 100)).toBe(start + 200);
    expect(limiter.available(start + 3_600_000)).toBe(3);
  });

  it('knows rates of less than one a second', () => {
    const limiter = new RateLimiter({ perSecond: 0.5, burst: 1 });
    limiter.take(1, start);
    expect(limiter.readyAt(1, start)).toBe(start + 2_000);
    expect(limiter.available(start + 1_999)).toBe(0);
    expect(limiter.available(start + 2_000)).toBe(1);
  });

  it('refuses to give what is not there', () => {
    const limiter = new RateLimiter({ perSecond: 1, burst: 2 });
    expect(() => limiter.take(3, start)).toThrow(RangeError);
    expect(limiter.available(start)).toBe(2);
  });

  it('gives what is reserved when it came back, and nothing else before', () => {
    const limiter = new RateLimiter({ perSecond: 10, burst: 4 });
    expect(limiter.reserve(4, start)).toBe(start);
    expect(limiter.reserve(3, start)).toBe(start + 300);
    expect(limiter.readyAt(1, start)).toBe(start + 400);
    expect(limiter.available(start + 300)).toBe(0);
    expect(limiter.available(start + 400)).toBe(1);
  });

  it('finds worth waiting for what can be there, and comes back within a second', () => {
    const limiter = new RateLimiter({ perSecond: 20, burst: 50 });
    expect([0, 1, 7, 100].map((wanted) => limiter.worthwhile(wanted))).toEqual([1, 1, 7, 20]);
    expect(new RateLimiter({ perSecond: 20, burst: 5 }).worthwhile(100)).toBe(5);
    expect(new RateLimiter({ perSecond: 0.1, burst: 100 }).worthwhile(100)).toBe(1);
  });

  it('waits for a full bucket where more is wanted than it holds', () => {
    const limiter = new RateLimiter({ perSecond: 1, burst: 2 });
    limiter.take(2, start);
    expect(limiter.readyAt(5, start)).toBe(start + 2_000);
  });

  it('never gives more than a burst and what came back, in any window', () => {
    const steps = fc.array(fc.record({ wait: fc.nat(5_000), wanted: fc.nat(2_000) }), { maxLength: 60 });
    fc.assert(
      fc.property(limits, steps, (limit, wanted) => {
        const taken = takeAll(limit, wanted);
        for (const [index, first] of taken.entries()) {
          let sum = 0;
          for (const { at, count } of taken.slice(index)) {
            sum += count;
            expect(sum).toBeLessThanOrEqual(limit.burst + (limit.perSecond * (at - first.at)) / 1_000 + ROUNDING);
          }
        }
      }),
    );
  });

  it('has what was wanted when it says so, and no sooner', () => {
    const waits = fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 10 });
    fc.assert(
      fc.property(limits, waits, fc.integer({ min: 1, max: 1_000 }), (limit, waited, wanted) => {
        const limiter = new RateLimiter(limit);
        let now = start;
        for (const wait of waited) {
          now += wait;
          limiter.take(limiter.available(now), now);
        }
        const count = Math.min(wanted, limit.burst);
        const readyAt = limiter.readyAt(count, now);
        if (readyAt > now) {
          expect(limiter.available(readyAt - 1)).toBeLessThan(count);
          expect(readyAt - now).toBeLessThanOrEqual((count * 1_000) / limit.perSecond + 1);
        }
        expect(limiter.available(readyAt)).toBeGreaterThanOrEqual(count);
      }),
    );
  });

  it('gives the whole rate to who always waits for one', () => {
    fc.assert(
      fc.property(limits, fc.integer({ min: 1, max: 300 }), ({ perSecond, burst }, count) => {
        // Times are whole milliseconds: what comes back in one more has to find room.
        const limit = { perSecond, burst: Math.max(burst, Math.ceil(1 + perSecond / 1_000)) };
        const limiter = new RateLimiter(limit);
        let now = start;
        for (let taken = 0; taken < count; taken++) {
          now = limiter.readyAt(1, now);
          limiter.take(1, now);
        }
        const due = (Math.max(0, count - limit.burst) * 1_000) / limit.perSecond;
        expect(now - start).toBeLessThanOrEqual(Math.ceil(due));
      }),
    );
  });

  it('takes no harm from a time that goes back', () => {
    const steps = fc.array(fc.record({ wait: fc.integer({ min: -86_400_000, max: 5_000 }), wanted: fc.nat(2_000) }), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(limits, steps, (limit, wanted) => {
        const taken = takeAll(limit, wanted);
        const forward = wanted.slice(1).reduce((sum, { wait }) => sum + Math.max(0, wait), 0);
        const sum = taken.reduce((total, { count }) => total + count, 0);
        expect(sum).toBeLessThanOrEqual(limit.burst + (limit.perSecond * forward) / 1_000 + ROUNDING);
      }),
    );
  });

  it('goes on at once from a time that went back', () => {
    const limiter = new RateLimiter({ perSecond: 1, burst: 1 });
    limiter.take(1, start);
    const before = start - 86_400_000;
    expect(limiter.readyAt(1, before)).toBe(before + 1_000);
    expect(limiter.available(before + 1_000)).toBe(1);
  });
});
