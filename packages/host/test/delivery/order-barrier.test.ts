import { defaultDelivery, type StoredDelivery } from '@dest/core';
import * as fc from 'fast-check';
import type { CallOutcome } from '../../src/delivery/call-destination';
import { destinationFails, itemFails, itemRefused, notConfigured } from '../support/failures';
import { SimulatedLane } from '../support/simulated-lane';
import { storedDelivery } from '../support/stored-delivery';

const outcome: fc.Arbitrary<CallOutcome> = fc.oneof(
  { weight: 5, arbitrary: fc.constant(undefined) },
  { weight: 3, arbitrary: fc.option(fc.nat(2_000), { nil: undefined }).map(itemFails) },
  { weight: 1, arbitrary: fc.constantFrom(itemRefused(), destinationFails(), notConfigured()) },
);

/** What the outside does, one call after the other, and over again. */
const calls = fc.array(
  fc.record({
    durationMs: fc.integer({ min: 1, max: 500 }),
    outcomes: fc.array(outcome, { minLength: 1, maxLength: 6 }),
    random: fc.double({ min: 0.01, max: 1, maxExcluded: true, noNaN: true }),
  }),
  { minLength: 1, maxLength: 12 },
);

const arrivals = fc.array(
  fc.record({ key: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }), after: fc.nat(100) }),
  { maxLength: 25 },
);

const schedules = fc.record({
  calls,
  arrivals,
  concurrency: fc.integer({ min: 1, max: 5 }),
  maxItems: fc.integer({ min: 1, max: 6 }),
  orderedBatches: fc.boolean(),
});

type Ordering = 'none' | 'key' | 'strict';
type Schedule = typeof schedules extends fc.Arbitrary<infer Value> ? Value : never;

const retry = { maxAttempts: 4, maxAgeMs: 600_000, initialDelayMs: 50, maxDelayMs: 5_000 };

interface Started {
  readonly delivery: StoredDelivery;
  readonly batch: readonly StoredDelivery[];
  readonly lane: SimulatedLane;
}

/** Runs a schedule to its end, and looks at each delivery when it starts. */
function run(
  ordering: Ordering,
  schedule: Schedule,
  check: (started: Started) => void = () => undefined,
): SimulatedLane {
  let at = 0;
  const deliveries = schedule.arrivals.map(({ key, after }, index) => {
    at += after;
    return storedDelivery({ sequence: index + 1, waitingSince: at, ...(key === undefined ? {} : { key }) });
  });
  let started = 0;
  let drawn = 0;
  const { concurrency, maxItems, orderedBatches } = schedule;
  const lane: SimulatedLane = new SimulatedLane(deliveries, {
    ordering,
    concurrency,
    maxItems,
    orderedBatches,
    retry,
    breaker: defaultDelivery.breaker,
    random: () => schedule.calls[drawn++ % schedule.calls.length]!.random,
    call: (batch) => {
      for (const delivery of batch) check({ delivery, batch, lane });
      const { outcomes, durationMs } = schedule.calls[started++ % schedule.calls.length]!;
      return { outcomes: batch.map((_, index) => outcomes[index % outcomes.length]), durationMs };
    },
  });
  lane.run();
  return lane;
}

function forAll(orderings: readonly Ordering[], check: (ordering: Ordering, schedule: Schedule) => void): void {
  fc.assert(fc.property(fc.constantFrom(...orderings), schedules, check), { numRuns: 100 });
}

/** Those of the same key that were accepted before a delivery and aren't settled. */
function unsettledBefore({ delivery, lane }: Started, isRelated: (other: StoredDelivery) => boolean): StoredDelivery[] {
  const underWay = lane.underWay.flatMap(({ batch }) => batch);
  return [...lane.waiting, ...underWay].filter((other) => other.sequence < delivery.sequence && isRelated(other));
}

describe('a lane, whatever becomes of its calls', () => {
  it('settles every delivery once, and loses none', () => {
    forAll(['none', 'key', 'strict'], (ordering, schedule) => {
      const lane = run(ordering, schedule);
      expect([lane.waiting, lane.underWay]).toEqual([[], []]);
      const ids = schedule.arrivals.map((_, index) => `delivery-${index + 1}`);
      expect([...lane.settled.keys()].sort()).toEqual(ids.sort());
      for (const outcomes of lane.settled.values()) expect(outcomes).toHaveLength(1);
    });
  });

  it('takes for delivered what worked, and nothing else', () => {
    forAll(['none', 'key', 'strict'], (ordering, schedule) => {
      const lane = run(ordering, schedule);
      const worked = lane.calls.flatMap(({ batch, outcomes }) =>
        batch.filter((_, index) => outcomes[index] === undefined).map(({ id }) => id),
      );
      const delivered = [...lane.settled].filter(([, [outcome]]) => outcome?.status === 'delivered');
      expect(delivered.map(([id]) => id).sort()).toEqual(worked.sort());
    });
  });

  it('has no delivery in flight twice, and none that is settled', () => {
    forAll(['none', 'key', 'strict'], (ordering, schedule) => {
      run(ordering, schedule, ({ delivery, batch, lane }) => {
        expect(batch.filter(({ id }) => id === delivery.id)).toHaveLength(1);
        expect(lane.underWay.some((call) => call.batch.some(({ id }) => id === delivery.id))).toBe(false);
        expect(lane.settled.has(delivery.id)).toBe(false);
      });
    });
  });

  it('has no more calls and items under way than it may', () => {
    forAll(['none', 'key', 'strict'], (ordering, schedule) => {
      run(ordering, schedule, ({ batch, lane }) => {
        expect(lane.underWay.length + 1).toBeLessThanOrEqual(ordering === 'strict' ? 1 : schedule.concurrency);
        expect(batch.length).toBeLessThanOrEqual(schedule.maxItems);
      });
    });
  });

  it('counts no more attempts than were made, nor than it may', () => {
    forAll(['none', 'key', 'strict'], (ordering, schedule) => {
      run(ordering, schedule, ({ delivery }) => {
        expect(delivery.attempts).toBeLessThan(retry.maxAttempts);
        expect(delivery.attempts).toBeLessThanOrEqual(delivery.tries);
      });
    });
  });
});

describe('order', () => {
  it('starts no delivery of a key before an earlier one of that key is settled, under key', () => {
    forAll(['key'], (ordering, schedule) => {
      run(ordering, schedule, (started) => {
        const { key } = started.delivery;
        if (key === undefined) return;
        const beside = schedule.orderedBatches ? started.batch : [];
        const earlier = unsettledBefore(started, (other) => other.key === key && !beside.includes(other));
        expect(earlier).toEqual([]);
        if (!schedule.orderedBatches) expect(started.batch.filter((other) => other.key === key)).toHaveLength(1);
      });
    });
  });

  it('starts nothing before all that is earlier is settled, under strict', () => {
    forAll(['strict'], (ordering, schedule) => {
      run(ordering, schedule, (started) => {
        const beside = schedule.orderedBatches ? started.batch : [];
        expect(unsettledBefore(started, (other) => !beside.includes(other))).toEqual([]);
        if (!schedule.orderedBatches) expect(started.batch).toHaveLength(1);
      });
    });
  });

  it('keeps the order within a batch', () => {
    forAll(['none', 'key', 'strict'], (ordering, schedule) => {
      const { calls } = run(ordering, schedule);
      for (const { batch } of calls) {
        const sequences = batch.map(({ sequence }) => sequence);
        expect(sequences).toEqual([...sequences].sort((left, right) => left - right));
      }
    });
  });

  it('lets nothing wait behind one that never works, but those of its key', () => {
    fc.assert(
      fc.property(schedules, fc.constantFrom('none', 'key'), fc.nat(), (schedule, ordering, which) => {
        fc.pre(schedule.arrivals.length > 0);
        const poison = which % schedule.arrivals.length;
        const { key } = schedule.arrivals[poison]!;
        const deliveries = schedule.arrivals.map((arrival, index) =>
          storedDelivery({ sequence: index + 1, ...(arrival.key === undefined ? {} : { key: arrival.key }) }),
        );
        const lane = new SimulatedLane(deliveries, {
          ...schedule,
          ordering,
          retry: { ...retry, maxAttempts: Infinity },
          random: () => 0.9,
          call: (batch) => ({
            outcomes: batch.map(({ sequence }) => (sequence === poison + 1 ? itemFails() : undefined)),
            durationMs: 10,
          }),
        });
        lane.run(retry.maxAgeMs / 2);
        const waiting = lane.waiting.concat(lane.underWay.flatMap(({ batch }) => batch));
        const held = waiting.filter(({ sequence }) => sequence !== poison + 1);
        expect(held.every((delivery) => ordering === 'key' && key !== undefined && delivery.key === key)).toBe(true);
      }),
    );
  });
});
