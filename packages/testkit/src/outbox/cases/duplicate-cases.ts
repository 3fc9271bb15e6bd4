import { expectEqual, expectThat } from '../../expectations';
import type { OutboxCase } from '../outbox-case';
import { onOutbox } from '../outbox-trial';
import { copyFor, laneOf } from '../samples';

const orders = laneOf('orders');
const people = laneOf('people');
const WINDOW = { dedupeWindowMs: 60_000 };
const DUPLICATE = { duplicate: true, deliveries: [], refused: [], dropped: [], coalesced: [] };

/** How long an id is known. */
export const duplicateCases: readonly OutboxCase[] = [
  {
    name: 'an id that comes again within the window is a duplicate, and nothing is appended',
    run: onOutbox(async (trial) => {
      await trial.append('e-1', [copyFor(orders)]);
      trial.kit.clock.advance(59_999);
      const again = await trial.append('e-1', [copyFor(orders), copyFor(people)]);
      expectEqual(again, DUPLICATE, 'the second receipt');
      expectEqual((await trial.waiting(orders)).length, 1, 'how many wait in the lane of both');
      expectEqual((await trial.waiting(people)).length, 0, 'how many wait in the lane of the second only');
      const other = await trial.append('e-2', [copyFor(orders)]);
      expectEqual(other.duplicate, false, 'whether another id is a duplicate');
    }, WINDOW),
  },
  {
    name: 'an id that comes again within the window is a duplicate, also when the first was delivered or failed',
    run: onOutbox(async (trial) => {
      await trial.deliver(await trial.add('e-1', orders));
      await trial.fail(await trial.add('e-2', orders));
      await trial.add('e-3', people);
      await trial.outbox.dropLane(people);
      for (const id of ['e-1', 'e-2', 'e-3']) {
        expectEqual(await trial.append(id, [copyFor(orders)]), DUPLICATE, `the second receipt of ${id}`);
      }
    }, WINDOW),
  },
  {
    name: 'an id that comes again after the window is a new envelope, and known again from then on',
    run: onOutbox(async (trial) => {
      const first = await trial.append('e-1', [copyFor(orders)]);
      trial.kit.clock.advance(60_001);
      const second = await trial.append('e-1', [copyFor(orders)]);
      expectEqual(second.duplicate, false, 'whether the second is a duplicate');
      const waiting = await trial.waiting(orders);
      expectEqual(
        waiting.map(({ id }) => id),
        [...first.deliveries, ...second.deliveries].map(({ id }) => id),
        'what waits: that of the first append, and that of the second',
      );
      expectThat(waiting[0]?.envelope !== waiting[1]?.envelope, 'the second envelope has a number of its own');
      trial.kit.clock.advance(59_999);
      expectEqual(await trial.append('e-1', [copyFor(orders)]), DUPLICATE, 'the third receipt');
    }, WINDOW),
  },
  {
    name: 'a duplicate does not make the window longer',
    run: onOutbox(async (trial) => {
      await trial.append('e-1', [copyFor(orders)]);
      trial.kit.clock.advance(40_000);
      expectEqual(await trial.append('e-1', [copyFor(orders)]), DUPLICATE, 'the second receipt');
      trial.kit.clock.advance(20_001);
      expectEqual((await trial.append('e-1', [copyFor(orders)])).duplicate, false, 'whether the third is a duplicate');
    }, WINDOW),
  },
  {
    name: 'many ids are known at once, each for its own window',
    run: onOutbox(async (trial) => {
      const early = Array.from({ length: 300 }, (_, index) => `early-${index}`);
      const late = Array.from({ length: 300 }, (_, index) => `late-${index}`);
      for (const id of early) await trial.append(id, []);
      trial.kit.clock.advance(30_000);
      for (const id of late) await trial.append(id, []);
      const duplicates = async (ids: readonly string[]): Promise<number> => {
        const receipts = [];
        for (const id of ids) receipts.push(await trial.append(id, []));
        return receipts.filter(({ duplicate }) => duplicate).length;
      };
      expectEqual(await duplicates([...early, ...late]), 600, 'how many of 600 are duplicates within their window');
      trial.kit.clock.advance(30_001);
      expectEqual(await duplicates(late), 300, 'how many of the late ones are duplicates when only theirs lasts');
      expectEqual(await duplicates(early), 0, 'how many of the early ones are duplicates when their window is over');
    }, WINDOW),
  },
  {
    name: 'a clock that is set back for a day forgets no id',
    run: onOutbox(async (trial) => {
      const before = trial.now;
      await trial.append('e-1', [copyFor(orders)]);
      trial.kit.clock.set(before - 86_400_000);
      try {
        expectEqual(await trial.append('e-1', [copyFor(orders)]), DUPLICATE, 'the second receipt');
        expectEqual((await trial.append('e-2', [copyFor(orders)])).duplicate, false, 'whether a new id is a duplicate');
      } finally {
        trial.kit.clock.set(before);
      }
    }, WINDOW),
  },
];
