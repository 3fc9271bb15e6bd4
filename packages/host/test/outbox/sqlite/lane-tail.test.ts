import type { StoredDelivery } from '@dest/core';
import * as fc from 'fast-check';
import { LaneTail } from '../../../src/outbox/sqlite/lane-tail';
import { laneOf } from './support/samples';

function deliveryOf(sequence: number, dueAt = 0): StoredDelivery {
  return {
    lane: laneOf('orders'),
    id: String(sequence),
    sequence,
    envelope: sequence,
    kind: 'event',
    waitingSince: 1,
    attempts: 0,
    tries: 0,
    dueAt,
    scheduledAt: 0,
    bytes: 1,
    replay: false,
    crashes: 0,
  };
}

const operation = fc.oneof(
  fc.record({ type: fc.constant('append' as const), gap: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ type: fc.constant('remove' as const), of: fc.nat() }),
  fc.record({ type: fc.constant('postpone' as const), of: fc.nat() }),
  fc.record({
    type: fc.constant('read' as const),
    back: fc.integer({ min: 0, max: 12 }),
    limit: fc.integer({ min: 1, max: 8 }),
    which: fc.constantFrom('all' as const, 'untried' as const),
  }),
  fc.record({ type: fc.constant('elsewhere' as const) }),
);

test('what it gives is what the lane has, or nothing', () => {
  let served = 0;
  const property = fc.property(fc.array(operation, { minLength: 30, maxLength: 80 }), (operations) => {
    const tail = new LaneTail();
    // What was there before is known to the file alone.
    const lane = new Map([1, 2, 3].map((sequence) => [sequence, deliveryOf(sequence)]));
    let last = 3;
    const pick = (of: number): number => [...lane.keys()][of % Math.max(1, lane.size)] ?? 0;
    for (const step of operations) {
      if (step.type === 'append') {
        last += step.gap;
        lane.set(last, deliveryOf(last));
        tail.append(deliveryOf(last));
      } else if (step.type === 'remove') {
        const sequence = pick(step.of);
        lane.delete(sequence);
        tail.remove(sequence);
      } else if (step.type === 'postpone') {
        const sequence = pick(step.of);
        if (lane.has(sequence)) lane.set(sequence, deliveryOf(sequence, 5));
        if (tail.find(sequence) !== undefined) tail.replace(deliveryOf(sequence, 5));
      } else if (step.type === 'elsewhere') {
        tail.suspend();
        // Not by way of this side, as when a lane is moved.
        lane.set(++last, deliveryOf(last));
        tail.append(deliveryOf(last));
        tail.resume();
      } else {
        const { limit, which } = step;
        const after = Math.max(0, last - step.back);
        const found = tail.read({ after, limit, which });
        if (found === undefined) continue;
        served++;
        const expected = [...lane.values()].filter(
          ({ sequence, dueAt }) => sequence > after && (which === 'all' || dueAt === 0),
        );
        expect(found).toEqual(expected.slice(0, limit));
      }
    }
  });
  fc.assert(property, { numRuns: 500 });
  // Else the test would say nothing.
  expect(served).toBeGreaterThan(500);
});

test('a lane that isn’t read is no longer held from some length on', () => {
  const tail = new LaneTail();
  for (let sequence = 1; sequence <= 10_001; sequence++) tail.append(deliveryOf(sequence));
  expect(tail.read({ after: 0, limit: 1, which: 'all' })).toBeUndefined();
  tail.append(deliveryOf(10_002));
  expect(tail.read({ after: 10_001, limit: 1, which: 'all' })).toEqual([deliveryOf(10_002)]);
});
