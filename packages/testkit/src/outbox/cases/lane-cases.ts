import type { LaneIdentity, StoredDelivery } from '@dest/core';
import { expectEqual, expectThat } from '../../expectations';
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
        const receipt = await trial.append(`e-${index}`, [copyFor(lane, { key: 'k', coalesce: true })]);
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
    name: 'a lane is moved to the end of another, with all that waits in it',
    run: onOutbox(async (trial) => {
      const orphan = laneOf('orders', { package: '@acme/old', generation: 7 });
      const moved: StoredDelivery[] = [];
      for (const id of ['o-1', 'o-2', 'o-3']) {
        moved.push(await trial.add(id, orphan, { kind: 'profile', key: `key-${id}`, changes: ['traits.a'] }));
      }
      await trial.addFailed('o-4', orphan);
      await trial.replay({}, [orphan]);
      const [replay] = await trial.replays(orphan);
      trial.kit.clock.advance(1_000);
      const own = await trial.add('e-1', orders);
      await trial.retry(moved[1]!, trial.now + 500);
      expectEqual(await trial.outbox.moveLane(orphan, orders), 4, 'how many are moved');
      const waiting = await trial.waiting(orders);
      expectEqual(
        waiting.map(({ id }) => id),
        [own, ...moved].map(({ id }) => id),
        'the ids of what waits: they stay the same',
      );
      const sequences = waiting.map(({ sequence }) => sequence);
      expectThat(
        sequences.every((sequence, index) => index === 0 || sequence > sequences[index - 1]!),
        `sequences rise: ${sequences.join(', ')}`,
      );
      const retried = { attempts: 1, tries: 1, dueAt: trial.now + 500, scheduledAt: trial.now };
      const changed = [moved[0]!, { ...moved[1]!, ...retried }, moved[2]!].map((delivery, index) => ({
        ...delivery,
        lane: orders,
        sequence: sequences[index + 1]!,
      }));
      expectEqual(waiting.slice(1), changed, 'what was moved: all but lane and sequence stays');
      expectEqual(await trial.retries(orders), [changed[1]], 'the retries of the lane');
      const replays = await trial.replays(orders);
      expectEqual(
        replays.map(({ id, lane, waitingSince }) => ({ id, lane, waitingSince })),
        [{ id: replay!.id, lane: orders, waitingSince: replay!.waitingSince }],
        'the replays of the lane',
      );
      expectEqual(
        await trial.envelopeIds([...waiting, ...replays]),
        ['e-1', 'o-1', 'o-2', 'o-3', 'o-4'],
        'the envelopes',
      );
      await trial.expectSize(orders, [...waiting, ...replays], 'that others were moved to');
      await trial.expectSize(orphan, [], 'that was moved');
      expectEqual(
        [await trial.waiting(orphan), await trial.retries(orphan), await trial.replays(orphan)],
        [[], [], []],
        'it',
      );
      expectEqual(
        (await trial.outbox.lanes()).map(({ lane }) => lane),
        [orders],
        'the lanes that hold something',
      );
      const later = await trial.add('e-2', orders);
      expectThat(later.sequence > sequences.at(-1)!, 'what comes later is behind what was moved');
    }),
  },
  {
    name: 'a lane is moved to one that holds nothing, and back',
    run: onOutbox(async (trial) => {
      for (const id of ['e-1', 'e-2', 'e-3']) await trial.append(id, [copyFor(orders)]);
      expectEqual(await trial.outbox.moveLane(orders, people), 3, 'how many are moved');
      await trial.add('e-4', orders);
      expectEqual(await trial.outbox.moveLane(people, orders), 3, 'how many are moved back');
      const waiting = await trial.waiting(orders);
      expectEqual(await trial.envelopeIds(waiting), ['e-4', 'e-1', 'e-2', 'e-3'], 'what waits then');
      await trial.expectSize(orders, waiting, 'that was moved there and back');
      expectEqual(await trial.outbox.moveLane(people, orders), 0, 'how many are moved out of an empty lane');
    }),
  },
  {
    name: 'what was moved can be settled as it was read before',
    run: onOutbox(async (trial) => {
      const first = await trial.add('e-1', orders);
      const second = await trial.add('e-2', orders);
      const third = await trial.add('e-3', orders);
      await trial.outbox.moveLane(orders, people);
      await trial.deliver(first);
      await trial.retry(second, trial.now + 100);
      await trial.fail(third);
      const waiting = await trial.waiting(people);
      expectEqual(
        waiting.map(({ id, attempts }) => ({ id, attempts })),
        [{ id: second.id, attempts: 1 }],
        'what waits in the lane it was moved to',
      );
      expectEqual([await trial.waiting(orders), await trial.retries(orders)], [[], []], 'what waits in the other lane');
      expectEqual(
        (await trial.letters()).map(({ lane, envelopeId }) => ({ lane, envelopeId })),
        [{ lane: people, envelopeId: 'e-3' }],
        'the dead letters',
      );
      await trial.expectSize(people, waiting, 'after what was moved was settled');
    }),
  },
  {
    name: 'what was moved can be replaced under its key, and keeps its history',
    run: onOutbox(async (trial) => {
      const copy = { kind: 'profile', key: 'ada', coalesce: true } as const;
      await trial.add('e-0', people, { ...copy, key: 'bob' });
      const first = await trial.add('e-1', orders, copy);
      const second = await trial.add('e-2', orders);
      await trial.retry(second, trial.now + 10);
      await trial.outbox.moveLane(orders, people);
      const receipt = await trial.append('e-3', [copyFor(people, copy)]);
      expectEqual(
        receipt.coalesced.map(({ id }) => id),
        [first.id],
        'what is replaced',
      );
      const elsewhere = await trial.append('e-4', [copyFor(orders, copy)]);
      expectEqual(elsewhere.coalesced, [], 'what is replaced in the lane it came from');
      const [moved] = await trial.retries(people);
      await trial.fail(moved!);
      expectEqual((await trial.letters())[0]?.history.length, 2, 'how many tries the dead letter of a moved one has');
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
