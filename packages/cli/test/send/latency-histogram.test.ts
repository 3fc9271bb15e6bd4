import * as fc from 'fast-check';
import { LatencyHistogram } from '../../src/send/latency-histogram';

describe('LatencyHistogram', () => {
  it('knows nothing before anything is recorded', () => {
    expect(new LatencyHistogram().quantile(0.5)).toBeUndefined();
  });

  it('is exact below 128 ms, and takes a clock that was set back for 0', () => {
    const histogram = new LatencyHistogram();
    for (let milliseconds = 1; milliseconds <= 100; milliseconds++) histogram.record(milliseconds);
    expect([histogram.quantile(0.5), histogram.quantile(0.99), histogram.quantile(1)]).toEqual([50, 99, 100]);
    for (let index = 0; index < 1_000; index++) histogram.record(-5);
    expect(histogram.quantile(0.5)).toBe(0);
  });

  it('is at most 2 % off, however long it took', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(400_000_000), { minLength: 1 }),
        fc.constantFrom(0.01, 0.5, 0.99, 1),
        (durations, share) => {
          const histogram = new LatencyHistogram();
          for (const duration of durations) histogram.record(duration);
          const sorted = [...durations].sort((left, right) => left - right);
          const exact = sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] as number;
          const found = histogram.quantile(share) as number;
          expect(Math.abs(found - exact)).toBeLessThanOrEqual(Math.max(0.5, exact * 0.02));
        },
      ),
    );
  });
});
