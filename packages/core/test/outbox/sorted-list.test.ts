import * as fc from 'fast-check';
import { SortedList } from '../../src/outbox';

const numbers = (): SortedList<number> => new SortedList<number>((left, right) => left - right);

/** More than go into one chunk, so that chunks are split and emptied. */
const values = fc.uniqueArray(fc.integer({ min: 0, max: 100_000 }), { minLength: 0, maxLength: 3_000, size: 'max' });

test('gives items in order, whatever order they come in', () => {
  fc.assert(
    fc.property(values, (items) => {
      const list = numbers();
      for (const item of items) list.add(item);
      const sorted = items.toSorted((left, right) => left - right);
      expect([...list]).toEqual(sorted);
      expect(list.first()).toBe(sorted[0]);
    }),
    { numRuns: 15 },
  );
});

test('removes what is in, and says so, and nothing else', () => {
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 5 }), (items, every) => {
      const list = numbers();
      for (const item of items) list.add(item);
      const removed = items.filter((_, index) => index % every === 0);
      expect(removed.filter((item) => !list.remove(item))).toEqual([]);
      expect(removed.filter((item) => list.remove(item))).toEqual([]);
      const left = items.filter((_, index) => index % every !== 0).toSorted((before, after) => before - after);
      expect([...list]).toEqual(left);
      expect(list.first()).toBe(left[0]);
    }),
    { numRuns: 15 },
  );
});

test('begins where it is told to', () => {
  fc.assert(
    fc.property(values, fc.integer({ min: -1, max: 100_001 }), (items, after) => {
      const list = numbers();
      for (const item of items) list.add(item);
      const expected = items.filter((item) => item > after).toSorted((left, right) => left - right);
      expect([...list.from((item) => item > after)]).toEqual(expected);
    }),
    { numRuns: 15 },
  );
});

test('is a queue where items come in order and go from the front', () => {
  const list = numbers();
  for (let item = 0; item < 5_000; item++) {
    list.add(item);
    if (item >= 1_500) list.remove(item - 1_500);
  }
  expect([...list]).toEqual(Array.from({ length: 1_500 }, (_, index) => 3_500 + index));
});
