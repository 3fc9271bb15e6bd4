import type { StoredDelivery } from '@dest/core';
import * as fc from 'fast-check';
import { selectBatch, type SelectBatchOptions, type SelectedBatch } from '../../src/delivery/select-batch';
import { storedDelivery } from '../support/stored-delivery';

const now = 1_000;

const waitingList = fc
  .array(
    fc.record({
      key: fc.option(fc.constantFrom('', 'a', 'b', 'c', '__proto__'), { nil: undefined }),
      dueAt: fc.constantFrom(0, 900, 1_000, 1_001, 2_000, 3_000),
      bytes: fc.integer({ min: 1, max: 50 }),
      held: fc.integer({ min: 0, max: 9 }).map((chance) => chance === 0),
      batchSize: fc.constantFrom(Infinity, Infinity, 1, 2, 5),
    }),
    { maxLength: 30 },
  )
  .map((all) => {
    const deliveries = all.map(({ key, dueAt, bytes }, index) =>
      storedDelivery({ sequence: index + 1, dueAt, bytes, ...(key === undefined ? {} : { key }) }),
    );
    const of = ({ sequence }: StoredDelivery): (typeof all)[number] => all[sequence - 1]!;
    return {
      deliveries,
      isHeld: (delivery: StoredDelivery) => of(delivery).held,
      batchSize: (delivery: StoredDelivery) => of(delivery).batchSize,
    };
  });

const options = fc.record({
  now: fc.constant(now),
  ordering: fc.constantFrom('none', 'key', 'strict'),
  maxItems: fc.integer({ min: 1, max: 12 }),
  maxBytes: fc.integer({ min: 1, max: 200 }),
  orderedBatches: fc.boolean(),
  busyKeys: fc.uniqueArray(fc.constantFrom('', 'a', 'b', '__proto__'), { maxLength: 2 }).map((keys) => new Set(keys)),
  active: fc.nat(1),
});

interface Selection {
  readonly waiting: readonly StoredDelivery[];
  readonly options: SelectBatchOptions;
  readonly selected: SelectedBatch;
  readonly isReady: (delivery: StoredDelivery) => boolean;
}

function forAll(check: (selection: Selection) => void): void {
  fc.assert(
    fc.property(waitingList, options, ({ deliveries, isHeld, batchSize }, given) => {
      const all = { ...given, isHeld, batchSize };
      const selected = selectBatch(deliveries, all);
      const isReady = (delivery: StoredDelivery): boolean => delivery.dueAt <= now && !isHeld(delivery);
      check({ waiting: deliveries, options: all, selected, isReady });
    }),
    { numRuns: 500 },
  );
}

describe('selectBatch', () => {
  it('chooses what is due and not held, each once, in order of acceptance', () => {
    forAll(({ waiting, selected: { batch }, isReady }) => {
      expect(batch).toEqual(waiting.filter((delivery) => batch.includes(delivery)));
      expect(batch.every(isReady)).toBe(true);
    });
  });

  it('keeps to the largest batch, but for one delivery that is larger alone', () => {
    forAll(({ options: { maxItems, maxBytes, batchSize }, selected: { batch } }) => {
      expect(batch.length).toBeLessThanOrEqual(Math.min(maxItems, ...batch.map((each) => batchSize!(each))));
      const bytes = batch.reduce((sum, delivery) => sum + delivery.bytes, 0);
      if (batch.length > 1) expect(bytes).toBeLessThanOrEqual(maxBytes);
    });
  });

  it('lets nothing that is not due hold others back under none', () => {
    forAll(({ waiting, options: { ordering }, selected, isReady }) => {
      if (ordering !== 'none') return;
      const ready = waiting.filter(isReady);
      if (selected.full) expect(ready.slice(0, selected.batch.length)).toEqual(selected.batch);
      else expect(selected.batch).toEqual(ready);
    });
  });

  it('starts what has a key in its order, and beside none of its key, under key', () => {
    forAll(({ waiting, options: { ordering, busyKeys, orderedBatches }, selected: { batch } }) => {
      if (ordering !== 'key') return;
      for (const delivery of batch) {
        if (delivery.key === undefined) continue;
        expect(busyKeys.has(delivery.key)).toBe(false);
        const before = waiting.filter(({ key, sequence }) => key === delivery.key && sequence < delivery.sequence);
        expect(before.every((earlier) => batch.includes(earlier))).toBe(true);
        if (!orderedBatches) expect(before).toEqual([]);
      }
    });
  });

  it('lets a key wait for itself only', () => {
    forAll(({ waiting, options: { ordering, busyKeys, orderedBatches }, selected, isReady }) => {
      if (ordering !== 'key' || selected.full) return;
      const blocked = new Set<string>();
      const expected = waiting.filter((delivery) => {
        const { key } = delivery;
        if (key === undefined) return isReady(delivery);
        if (busyKeys.has(key) || blocked.has(key)) return false;
        if (!isReady(delivery) || !orderedBatches) blocked.add(key);
        return isReady(delivery);
      });
      expect(selected.batch).toEqual(expected);
    });
  });

  it('takes the first ones, and only where nothing is under way, under strict', () => {
    forAll(({ waiting, options: { ordering, active, orderedBatches }, selected, isReady }) => {
      if (ordering !== 'strict') return;
      const { batch, full } = selected;
      if (active > 0) expect(batch).toEqual([]);
      expect(batch).toEqual(waiting.slice(0, batch.length));
      if (!orderedBatches) expect(batch.length).toBeLessThanOrEqual(1);
      const next = waiting[batch.length];
      if (active === 0 && !full && next !== undefined) expect(isReady(next)).toBe(false);
    });
  });

  it('says that it is full only where the next one did not fit', () => {
    forAll(({ waiting, options: given, selected: { batch, full } }) => {
      if (!full || (given.ordering === 'strict' && !given.orderedBatches)) return;
      const rest = waiting.filter((delivery) => !batch.includes(delivery));
      const bytes = batch.reduce((sum, delivery) => sum + delivery.bytes, 0);
      const fits = [...batch, ...rest].every((each) => given.batchSize!(each) > batch.length);
      const room = rest.every((each) => bytes + each.bytes <= given.maxBytes) && bytes < given.maxBytes;
      expect(batch.length < given.maxItems && fits && room).toBe(false);
    });
  });

  it('comes to something in the end, going from one nextDueAt to the next', () => {
    fc.assert(
      fc.property(waitingList, options, ({ deliveries }, given) => {
        let at = now;
        let selected = selectBatch(deliveries, { ...given, busyKeys: new Set<string>(), active: 0, now: at });
        while (selected.batch.length === 0 && deliveries.length > 0) {
          expect(selected.nextDueAt).toBeGreaterThan(at);
          at = selected.nextDueAt!;
          selected = selectBatch(deliveries, { ...given, busyKeys: new Set<string>(), active: 0, now: at });
        }
        expect(selected.batch.length > 0).toBe(deliveries.length > 0);
        // No sooner would have done.
        if (at > now) {
          const before = selectBatch(deliveries, { ...given, busyKeys: new Set<string>(), active: 0, now: at - 1 });
          expect(before.batch).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });
});
