import fc from 'fast-check';
import { DueHeap } from '../../src/delivery/due-heap';
import { WaitingList } from '../../src/delivery/waiting-list';
import { storedDelivery } from '../support/stored-delivery';

const sequences = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 40 });

test('what is due comes out of the heap in the order of its time, and nothing else', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 50 })), fc.integer({ min: 0, max: 60 }), (times, now) => {
      const heap = new DueHeap();
      times.forEach((dueAt, index) => heap.push(storedDelivery({ sequence: index + 1, dueAt })));
      const due: number[] = [];
      for (let next = heap.popDue(now); next !== undefined; next = heap.popDue(now)) due.push(next.dueAt);
      const sorted = times.toSorted((left, right) => left - right);
      expect(due).toEqual(sorted.filter((time) => time <= now));
      expect(heap.size).toBe(times.length - due.length);
      expect(heap.nextDueAt).toBe(sorted[due.length]);
    }),
  );
});

test('what is filtered out of the heap is gone, and the rest stays in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 50 })), (times) => {
      const heap = new DueHeap();
      times.forEach((dueAt, index) => heap.push(storedDelivery({ sequence: index + 1, dueAt })));
      heap.filter(({ dueAt }) => dueAt % 2 === 0);
      const left: number[] = [];
      for (let next = heap.popDue(Infinity); next !== undefined; next = heap.popDue(Infinity)) left.push(next.dueAt);
      expect(left).toEqual(times.filter((time) => time % 2 === 0).toSorted((a, b) => a - b));
    }),
  );
});

test('a waiting list is always in order, whatever is taken, put back, replaced and dropped', () => {
  const step = fc.record({ action: fc.constantFrom('take', 'putBack', 'replace', 'drop'), which: sequences });
  fc.assert(
    fc.property(sequences, fc.array(step, { maxLength: 20 }), (initial, steps) => {
      const list = new WaitingList();
      const model = new Map<number, number>();
      const taken = new Map<number, number>();
      for (const sequence of initial.toSorted((a, b) => a - b)) {
        list.append(storedDelivery({ sequence }));
        model.set(sequence, sequence);
      }
      for (const { action, which } of steps) {
        if (action === 'take') {
          const here = which.filter((sequence) => model.has(sequence));
          list.take(here.map((sequence) => storedDelivery({ sequence })));
          for (const sequence of here) {
            taken.set(sequence, model.get(sequence)!);
            model.delete(sequence);
          }
        } else if (action === 'putBack') {
          const away = which.filter((sequence) => taken.has(sequence));
          list.putBack(away.map((sequence) => storedDelivery({ sequence, envelope: taken.get(sequence)! })));
          for (const sequence of away) {
            model.set(sequence, taken.get(sequence)!);
            taken.delete(sequence);
          }
        } else if (action === 'replace') {
          for (const sequence of which) {
            const replaced = list.replace(storedDelivery({ sequence, envelope: sequence + 1_000 }));
            expect(replaced).toBe(model.has(sequence));
            if (replaced) model.set(sequence, sequence + 1_000);
          }
        } else {
          list.drop(new Set(which.map((sequence) => `delivery-${sequence}`)));
          for (const sequence of which) model.delete(sequence);
        }
        expect([...list].map(({ sequence, envelope }) => [sequence, envelope])).toEqual(
          [...model].toSorted(([left], [right]) => left - right),
        );
        expect(list.size).toBe(model.size);
      }
    }),
  );
});
