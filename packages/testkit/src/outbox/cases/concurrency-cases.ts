import type { AppendReceipt, StoredDelivery } from '@dest/core';
import { expectEqual, expectThat } from '../../expectations';
import type { OutboxCase } from '../outbox-case';
import { onOutbox } from '../outbox-trial';
import { copyFor, failureOfCode, laneOf } from '../samples';

const orders = laneOf('orders');
const people = laneOf('people');

/** Calls that are made side by side. */
export const concurrencyCases: readonly OutboxCase[] = [
  {
    name: 'what was called earlier takes effect earlier, also when nobody waited for it',
    run: onOutbox(async (trial) => {
      const { outbox } = trial;
      const all = { after: 0, limit: 10, which: 'all' } as const;
      const appended = trial.append('e-1', [copyFor(orders)]);
      const afterAppend = outbox.read(orders, all);
      const again = trial.append('e-1', [copyFor(orders)]);
      expectEqual((await appended).duplicate, false, 'whether the first of two is a duplicate');
      expectEqual((await again).duplicate, true, 'whether the second of two is a duplicate');
      const [stored] = await afterAppend;
      expectThat(stored !== undefined, 'a read sees what was appended before it');
      const retried = trial.retry(stored, trial.now + 1_000);
      const retries = outbox.readRetries(orders, 10);
      const size = outbox.size(orders);
      const failed = trial.fail({ ...stored, tries: 1 });
      const [letters, count, empty] = [trial.letters(), outbox.countDeadLetters({}), outbox.size(orders)];
      const lanes = outbox.lanes();
      await Promise.all([retried, failed]);
      expectEqual((await retries).length, 1, 'how many retries there are when one was settled before');
      expectEqual((await size).waiting, 1, 'how many wait before it failed');
      expectEqual((await letters).length, 1, 'how many dead letters there are when one failed before');
      expectEqual(await count, 1, 'how many dead letters are counted when one failed before');
      expectEqual((await empty).waiting, 0, 'how many wait when it failed before');
      expectEqual(await lanes, [], 'the lanes that hold something then');
      const dropped = outbox.dropDeadLetters({});
      const left = outbox.countDeadLetters({});
      expectEqual([await dropped, await left], [1, 0], 'how many were dropped, and are left');
    }),
  },
  {
    name: 'a thousand appends side by side: all are kept, in the order of the calls, each once',
    run: onOutbox(async (trial) => {
      const ids = Array.from({ length: 1_000 }, (_, index) => `e-${index}`);
      const receipts = await Promise.all(ids.map((id) => trial.append(id, [copyFor(orders), copyFor(people)])));
      for (const [index, lane] of [orders, people].entries()) {
        const waiting = await trial.waiting(lane);
        expectEqual(await trial.envelopeIds(waiting), ids, `the envelopes of ${lane.destination}`);
        expectEqual(
          waiting.map(({ id }) => id),
          receipts.map(({ deliveries }) => deliveries[index]?.id),
          `the ids of ${lane.destination}, as the receipts have them`,
        );
        await trial.expectSize(lane, waiting, 'with a thousand');
      }
    }),
  },
  {
    name: 'of the same id many times side by side one is kept',
    run: onOutbox(async (trial) => {
      const calls = Array.from({ length: 200 }, (_, index) => trial.append(`e-${index % 4}`, [copyFor(orders)]));
      const receipts = await Promise.all(calls);
      const fresh = receipts.flatMap(({ duplicate }, index) => (duplicate ? [] : [index]));
      expectEqual(fresh, [0, 1, 2, 3], 'which of the calls were no duplicates: the first of each');
      expectEqual((await trial.waiting(orders)).length, 4, 'how many wait');
    }),
  },
  {
    name: 'copies for one key side by side become one',
    run: onOutbox(async (trial) => {
      const copy = copyFor(people, { key: 'ada', kind: 'profile', coalesce: true });
      const calls = Array.from({ length: 100 }, (_, index) => trial.append(`e-${index}`, [copy]));
      const receipts = await Promise.all(calls);
      const waiting = await trial.waiting(people);
      expectEqual(await trial.envelopeIds(waiting), ['e-99'], 'the envelope that waits');
      expectEqual(receipts.filter(({ coalesced }) => coalesced.length === 1).length, 99, 'how many replaced another');
      expectEqual(new Set(receipts.map(({ deliveries }) => deliveries[0]?.id)).size, 1, 'how many ids they have');
      await trial.expectSize(people, waiting, 'after 99 were replaced');
    }),
  },
  {
    name: 'a thousand appends and settlements interleaved: nothing is lost, nothing doubled',
    run: onOutbox(async (trial) => {
      const { outbox } = trial;
      const delivered = new Set<string>();
      const retried = new Set<string>();
      const failed = new Set<string>();
      const expected: string[] = [];
      let after = 0;
      const settle = async (delivery: StoredDelivery): Promise<void> => {
        const all = [delivered, retried, failed];
        expectThat(
          all.every((some) => !some.has(delivery.id)),
          `delivery ${delivery.id} is read once`,
        );
        const kind = delivery.sequence % 4;
        if (kind === 0) {
          retried.add(delivery.id);
          await trial.retry(delivery, trial.now + (delivery.sequence % 7));
        } else if (kind === 1) {
          failed.add(delivery.id);
          await trial.fail(delivery, failureOfCode('REFUSED'));
        } else {
          delivered.add(delivery.id);
          await trial.deliver(delivery);
        }
      };
      for (let round = 0; round < 20; round++) {
        const appends: Promise<AppendReceipt>[] = [];
        for (let index = 0; index < 50; index++) appends.push(trial.append(`e-${round}-${index}`, [copyFor(orders)]));
        const read = await outbox.read(orders, { after, limit: 40, which: 'untried' });
        after = read.at(-1)?.sequence ?? after;
        const [receipts] = await Promise.all([Promise.all(appends), Promise.all(read.map(settle))]);
        expected.push(...receipts.map(({ deliveries }) => deliveries[0]!.id));
      }
      const waiting = await trial.waiting(orders);
      const left = expected.filter((id) => !delivered.has(id) && !failed.has(id));
      expectEqual(
        waiting.map(({ id }) => id),
        left,
        'the ids of what waits in the end',
      );
      expectEqual(
        (await trial.retries(orders)).map(({ id }) => id).toSorted(),
        [...retried].toSorted(),
        'the ids of what waits for a retry in the end',
      );
      expectEqual(await outbox.countDeadLetters({}), failed.size, 'how many dead letters there are in the end');
      expectEqual((await trial.envelopeIds(waiting)).includes(undefined), false, 'whether an envelope is gone');
      await trial.expectSize(orders, waiting, 'in the end');
    }),
  },
  {
    name: 'closing twice, also side by side, does no harm',
    run: onOutbox(async (trial) => {
      await trial.add('e-1', orders);
      await Promise.all([trial.outbox.close(), trial.outbox.close()]);
      await trial.outbox.close();
    }),
  },
];
