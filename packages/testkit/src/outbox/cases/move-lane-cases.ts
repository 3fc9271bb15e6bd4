import type { StoredDelivery } from '@dest/core';
import { expectEqual, expectThat } from '../../expectations';
import type { OutboxCase } from '../outbox-case';
import { onOutbox } from '../outbox-trial';
import { copyFor, laneOf } from '../samples';

const orders = laneOf('orders');
const people = laneOf('people');

/** A lane whose deliveries are put into another. */
export const moveLaneCases: readonly OutboxCase[] = [
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
];
