import type { LaneIdentity, StoredDelivery } from '@dest/core';
import { expectEqual } from '../../expectations';
import type { OutboxCase } from '../outbox-case';
import { onOutbox } from '../outbox-trial';
import { copyFor, laneOf } from '../samples';

const orders = laneOf('orders');
const people = laneOf('people');

/** A lane, and those that differ from it in one part; and two whose parts could be mistaken for one another. */
const DIFFERENT: readonly LaneIdentity[] = [
  orders,
  laneOf('orders2'),
  laneOf('orders', { package: '@acme/ledger#other' }),
  laneOf('orders', { debug: true }),
  laneOf('orders', { generation: 2 }),
  laneOf('orders', { package: '@acme/ledge' }),
  laneOf('orders', { package: '"@acme/ledger' }),
  laneOf('orders"', { package: '@acme/ledger' }),
  laneOf('orders:', { package: ':@acme/ledger' }),
  laneOf('orders::', { package: '@acme/ledger' }),
  laneOf('ORDERS'),
  laneOf('Zürich 😀', { package: 'ß' }),
  laneOf('\uD800half'),
];

const byDestination = (left: { lane: LaneIdentity }, right: { lane: LaneIdentity }): number =>
  JSON.stringify(left.lane) < JSON.stringify(right.lane) ? -1 : 1;

/** Lanes as a whole. */
export const laneCases: readonly OutboxCase[] = [
  {
    name: 'lanes are apart by each part of their identity',
    run: onOutbox(async (trial) => {
      for (const [index, lane] of DIFFERENT.entries()) {
        const receipt = await trial.append(`e-${index}`, [
          copyFor(lane, { key: 'k', kind: 'profile', coalesce: true }),
        ]);
        expectEqual(receipt.coalesced, [], `what is replaced in ${JSON.stringify(lane)} by what came for others`);
      }
      for (const [index, lane] of DIFFERENT.entries()) {
        const waiting = await trial.waiting(lane);
        expectEqual(await trial.envelopeIds(waiting), [`e-${index}`], `what waits in ${JSON.stringify(lane)}`);
        expectEqual(waiting[0]?.lane, lane, 'the lane of a delivery');
        await trial.expectSize(lane, waiting, 'with one');
        if (index % 2 === 0) await trial.retry(waiting[0]!, trial.now + 10);
      }
      for (const [index, lane] of DIFFERENT.entries()) {
        expectEqual((await trial.retries(lane)).length, 1 - (index % 2), `the retries of ${JSON.stringify(lane)}`);
      }
      const listed = (await trial.outbox.lanes()).map(({ lane }) => ({ lane }));
      const all = DIFFERENT.map((lane) => ({ lane }));
      expectEqual(listed.toSorted(byDestination), all.toSorted(byDestination), 'the lanes that hold something');
    }),
  },
  {
    name: 'the lanes that are listed are those that hold something, with their sizes',
    run: onOutbox(async (trial) => {
      expectEqual(await trial.outbox.lanes(), [], 'the lanes of an empty outbox');
      expectEqual(await trial.outbox.size(orders), { waiting: 0, bytes: 0 }, 'the size of a lane that holds nothing');
      const first = await trial.add('e-1', orders);
      trial.kit.clock.advance(10);
      const second = await trial.add('e-2', orders);
      const failing = await trial.add('e-3', people);
      const listed = await trial.outbox.lanes();
      const expected = [
        { lane: orders, size: { waiting: 2, bytes: first.bytes + second.bytes, oldest: first.waitingSince } },
        { lane: people, size: { waiting: 1, bytes: failing.bytes, oldest: failing.waitingSince } },
      ];
      expectEqual(listed.toSorted(byDestination), expected, 'the lanes');
      for (const { lane, size } of listed)
        expectEqual(await trial.outbox.size(lane), size, `the size of ${lane.destination}`);
      await trial.fail(failing);
      await trial.deliver(first);
      const left = [{ lane: orders, size: { waiting: 1, bytes: second.bytes, oldest: second.waitingSince } }];
      expectEqual(await trial.outbox.lanes(), left, 'the lanes when one holds nothing but a dead letter');
      await trial.deliver(second);
      expectEqual(await trial.outbox.lanes(), [], 'the lanes when nothing waits');
      await trial.replay({}, [people]);
      expectEqual(
        (await trial.outbox.lanes()).map(({ lane, size }) => [lane.destination, size.waiting]),
        [['people', 1]],
        'the lanes when one holds a replay',
      );
    }),
  },
  {
    name: 'the oldest of a lane is the one that was accepted first of those that wait',
    run: onOutbox(async (trial) => {
      const deliveries: StoredDelivery[] = [];
      for (let index = 0; index < 5; index++) {
        deliveries.push(await trial.add(`e-${index}`, orders));
        trial.kit.clock.advance(100);
      }
      await trial.retry(deliveries[0]!, trial.now + 60_000);
      await trial.expectSize(orders, deliveries, 'when the first waits for a retry');
      await trial.deliver(deliveries[2]!);
      await trial.expectSize(
        orders,
        [0, 1, 3, 4].map((index) => deliveries[index]!),
        'when one in the middle is delivered',
      );
      await trial.deliver(deliveries[0]!);
      await trial.expectSize(
        orders,
        [1, 3, 4].map((index) => deliveries[index]!),
        'when the first is delivered',
      );
      await trial.fail(deliveries[1]!);
      await trial.expectSize(
        orders,
        [3, 4].map((index) => deliveries[index]!),
        'when the next one failed',
      );
    }),
  },
  {
    name: 'a lane is dropped with all that waits in it, and nothing else',
    run: onOutbox(async (trial) => {
      await trial.append('e-1', [copyFor(orders), copyFor(people)]);
      await trial.retry(await trial.add('e-2', orders), trial.now + 10);
      await trial.addFailed('e-3', orders);
      await trial.addFailed('e-4', orders);
      await trial.replay({ ids: [(await trial.letters())[0]!.id] }, [orders]);
      expectEqual(await trial.outbox.dropLane(orders), 3, 'how many are dropped');
      expectEqual(
        [await trial.waiting(orders), await trial.retries(orders), await trial.replays(orders)],
        [[], [], []],
        'it',
      );
      await trial.expectSize(orders, [], 'that was dropped');
      expectEqual(await trial.envelopeIds(await trial.waiting(people)), ['e-1'], 'what waits in the other lane');
      expectEqual(
        (await trial.letters()).map(({ envelopeId }) => envelopeId),
        ['e-4'],
        'the dead letters',
      );
      expectEqual(await trial.outbox.dropLane(orders), 0, 'how many are dropped of an empty lane');
      const after = await trial.add('e-5', orders);
      expectEqual(await trial.waiting(orders), [after], 'what waits in the lane when it is used again');
    }),
  },
];
