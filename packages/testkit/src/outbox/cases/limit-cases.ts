import type { LaneLimit } from '@dest/core';
import { expectEqual, expectThat } from '../../expectations';
import type { OutboxCase } from '../outbox-case';
import { onOutbox, type OutboxTrial } from '../outbox-trial';
import { copyFor, laneOf } from '../samples';

const orders = laneOf('orders');
const people = laneOf('people');
const archive = laneOf('archive');

/** What envelopes of samples with a name of this length count against a limit. */
async function bytesOfSample(trial: OutboxTrial): Promise<number> {
  const probe = laneOf('orders', { generation: 99 });
  const { bytes } = await trial.add('e-0', probe);
  await trial.outbox.dropLane(probe);
  return bytes;
}

const limitOf = (maxBytes: number, whenFull: LaneLimit['whenFull']): LaneLimit => ({ maxBytes, whenFull });

/** What happens when a lane is full. */
export const limitCases: readonly OutboxCase[] = [
  {
    name: 'a delivery counts by the size of its envelope',
    run: onOutbox(async (trial) => {
      const noise = Array.from({ length: 10_000 }, (_, index) =>
        String.fromCharCode(97 + ((index * index * 7919) % 26)),
      );
      const text = noise.join('');
      const small = await trial.add('e-1', orders);
      const same = await trial.add('e-2', orders);
      const large = await trial.add('e-3', orders, {}, { event: { type: 'note', properties: { text } } });
      expectEqual(same.bytes, small.bytes, 'the size of another envelope of the same size');
      expectThat(large.bytes > small.bytes + 1_000, `10,000 characters more count: ${large.bytes}, not ${small.bytes}`);
      await trial.expectSize(orders, [small, same, large], 'with three');
    }),
  },
  {
    name: 'a full lane refuses its copy, names itself, and holds no other one up',
    run: onOutbox(async (trial) => {
      const bytes = await bytesOfSample(trial);
      const copies = [copyFor(people), copyFor(orders, { limit: limitOf(2 * bytes, 'reject') }), copyFor(archive)];
      await trial.append('e-1', copies);
      const second = await trial.append('e-2', copies);
      expectEqual(second.refused, [], 'what the second append refuses, which fits exactly');
      const third = await trial.append('e-3', copies);
      expectEqual(third.duplicate, false, 'whether the third is a duplicate');
      expectEqual(third.refused, [{ destination: 'orders', reason: 'lane-full' }], 'what the third append refuses');
      expectEqual(third.dropped, [], 'what the third append drops');
      expectEqual(
        third.deliveries.map(({ destination }) => destination),
        ['people', 'archive'],
        'the destinations that have their copy of the third',
      );
      expectEqual(await trial.envelopeIds(await trial.waiting(orders)), ['e-1', 'e-2'], 'what waits in the full lane');
      for (const lane of [people, archive]) {
        expectEqual(
          await trial.envelopeIds(await trial.waiting(lane)),
          ['e-1', 'e-2', 'e-3'],
          'what waits in the others',
        );
      }
      await trial.expectSize(orders, await trial.waiting(orders), 'when it is full');
    }),
  },
  {
    name: 'the limit is that of the append, not of an earlier one',
    run: onOutbox(async (trial) => {
      const bytes = await bytesOfSample(trial);
      await trial.append('e-1', [copyFor(orders, { limit: limitOf(bytes, 'reject') })]);
      const raised = await trial.append('e-2', [copyFor(orders, { limit: limitOf(3 * bytes, 'reject') })]);
      expectEqual(raised.refused, [], 'what is refused under a limit that was raised');
      const lowered = await trial.append('e-3', [copyFor(orders, { limit: limitOf(bytes, 'reject') })]);
      expectEqual(lowered.refused.length, 1, 'how many are refused under a limit that was lowered');
      const dropping = await trial.append('e-4', [copyFor(orders, { limit: limitOf(bytes, 'drop-oldest') })]);
      expectEqual(dropping.dropped.length, 2, 'how many are dropped when the lane may hold one only');
      expectEqual(await trial.envelopeIds(await trial.waiting(orders)), ['e-4'], 'what waits then');
    }),
  },
  {
    name: 'a lane that became free takes copies again',
    run: onOutbox(async (trial) => {
      const limit = limitOf(await bytesOfSample(trial), 'reject');
      const first = await trial.add('e-1', orders, { limit });
      await trial.retry(first, trial.now + 1_000);
      expectEqual(
        (await trial.append('e-2', [copyFor(orders, { limit })])).refused.length,
        1,
        'refused beside a retry',
      );
      await trial.deliver(first);
      expectEqual(
        (await trial.append('e-3', [copyFor(orders, { limit })])).refused,
        [],
        'refused after it was delivered',
      );
    }),
  },
  {
    name: 'a lane that drops its oldest makes room for the new one, and names what had to go',
    run: onOutbox(async (trial) => {
      const bytes = await bytesOfSample(trial);
      const copies = [copyFor(orders, { limit: limitOf(3 * bytes, 'drop-oldest') }), copyFor(people)];
      const receipts = [];
      for (const id of ['e-1', 'e-2', 'e-3', 'e-4']) receipts.push(await trial.append(id, copies));
      const [first, , , fourth] = receipts;
      expectEqual(fourth?.dropped, [first?.deliveries[0]], 'what the fourth append drops: the delivery of the first');
      expectEqual(fourth?.refused, [], 'what the fourth append refuses');
      expectEqual(fourth?.deliveries.length, 2, 'how many deliveries the fourth append makes');
      const waiting = await trial.waiting(orders);
      expectEqual(await trial.envelopeIds(waiting), ['e-2', 'e-3', 'e-4'], 'what waits in the lane');
      await trial.expectSize(orders, waiting, 'after it dropped one');
      expectEqual(
        await trial.envelopeIds(await trial.waiting(people)),
        ['e-1', 'e-2', 'e-3', 'e-4'],
        'what waits in the lane that has room',
      );
    }),
  },
  {
    name: 'a lane drops as many as it takes, retries too, and no more',
    run: onOutbox(async (trial) => {
      const bytes = await bytesOfSample(trial);
      const limit = limitOf(4 * bytes, 'drop-oldest');
      const ids = ['e-1', 'e-2', 'e-3', 'e-4'];
      for (const id of ids) await trial.append(id, [copyFor(orders, { limit })]);
      const [first, second] = await trial.waiting(orders);
      expectThat(first !== undefined && second !== undefined, 'four wait in the lane');
      await trial.retry(first, trial.now + 60_000);
      const large = { event: { id: 'e-5', type: 'order-created', properties: { text: 'x'.repeat(bytes) } } };
      const receipt = await trial.append('e-5', [copyFor(orders, { limit })], large);
      const waiting = await trial.waiting(orders);
      const [dropped, kept] = [receipt.dropped.length, waiting.length - 1];
      expectEqual(
        receipt.dropped.map(({ id }) => id),
        [first, second].slice(0, dropped).map(({ id }) => id),
        'what was dropped: the oldest',
      );
      expectEqual(dropped + kept, 4, 'how many of the four were dropped or still wait');
      const free = limit.maxBytes - waiting.reduce((sum, delivery) => sum + delivery.bytes, 0);
      expectThat(
        free >= 0 && free < bytes,
        `the lane is filled, so that one more would not fit: ${free} bytes are free`,
      );
      expectEqual((await trial.retries(orders)).length, 0, 'how many retries there are after the one was dropped');
      await trial.expectSize(orders, waiting, 'after it made room for a large one');
    }),
  },
  {
    name: 'an envelope that is larger than its lane is refused, and nothing is dropped for it',
    run: onOutbox(async (trial) => {
      const bytes = await bytesOfSample(trial);
      for (const whenFull of ['reject', 'drop-oldest'] as const) {
        const lane = laneOf(whenFull);
        await trial.append(`e-${whenFull}`, [copyFor(lane)]);
        const limit = limitOf(bytes - 1, whenFull);
        const receipt = await trial.append(`f-${whenFull}`, [copyFor(lane, { limit })]);
        expectEqual(
          receipt.refused,
          [{ destination: whenFull, reason: 'lane-full' }],
          `what is refused by ${whenFull}`,
        );
        expectEqual([receipt.dropped, receipt.deliveries], [[], []], `what is dropped and made by ${whenFull}`);
        expectEqual((await trial.waiting(lane)).length, 1, `how many wait under ${whenFull}`);
      }
    }),
  },
  {
    name: 'a refused copy is owed: sent again, the envelope is no duplicate for the lanes that refused it',
    run: onOutbox(async (trial) => {
      const bytes = await bytesOfSample(trial);
      const limit = limitOf(bytes, 'reject');
      const filling = [await trial.add('f-1', orders, { limit }), await trial.add('f-2', people, { limit })];
      const copies = [copyFor(orders, { limit }), copyFor(archive), copyFor(people, { limit })];
      const first = await trial.append('e-1', copies);
      expectEqual(
        first.refused.map(({ destination }) => destination),
        ['orders', 'people'],
        'what the first append refuses',
      );
      await trial.deliver(filling[0]!);
      const second = await trial.append('e-1', copies);
      expectEqual(second.duplicate, false, 'whether the second is a duplicate');
      expectEqual(
        second.deliveries.map(({ destination }) => destination),
        ['orders'],
        'who gets a copy of the second: the lane that has room now',
      );
      expectEqual(second.refused, [{ destination: 'people', reason: 'lane-full' }], 'what the second append refuses');
      const third = await trial.append('e-1', copies);
      expectEqual(third.deliveries, [], 'who gets a copy of the third, with one lane still full');
      expectEqual(third.refused, [{ destination: 'people', reason: 'lane-full' }], 'what the third append refuses');
      await trial.deliver(filling[1]!);
      const fourth = await trial.append('e-1', copies);
      expectEqual(
        fourth.deliveries.map(({ destination }) => destination),
        ['people'],
        'who gets a copy of the fourth',
      );
      expectEqual((await trial.append('e-1', copies)).duplicate, true, 'whether the fifth is a duplicate');
      for (const lane of [orders, people, archive]) {
        expectEqual(await trial.envelopeIds(await trial.waiting(lane)), ['e-1'], `what waits in ${lane.destination}`);
      }
    }),
  },
  {
    name: 'a copy stays owed where the envelope comes again for other lanes only',
    run: onOutbox(async (trial) => {
      const limit = limitOf(await bytesOfSample(trial), 'reject');
      const filling = [await trial.add('f-1', orders, { limit }), await trial.add('f-2', people, { limit })];
      const [forOrders, forPeople] = [copyFor(orders, { limit }), copyFor(people, { limit })];
      await trial.append('e-1', [forOrders, forPeople, copyFor(archive)]);
      const third = await trial.append('e-1', [copyFor(archive)]);
      expectEqual(third.deliveries, [], 'who gets a copy when only a lane that has one is asked');
      await trial.deliver(filling[1]!);
      const second = await trial.append('e-1', [forPeople]);
      expectEqual(
        second.deliveries.map(({ destination }) => destination),
        ['people'],
        'who gets a copy when one of two that refused it is asked',
      );
      await trial.deliver(filling[0]!);
      const first = await trial.append('e-1', [forOrders, forPeople, copyFor(archive)]);
      expectEqual(
        first.deliveries.map(({ destination }) => destination),
        ['orders'],
        'who gets a copy when all are asked',
      );
    }),
  },
];
