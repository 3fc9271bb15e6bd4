import { expectEqual } from '../../expectations';
import type { OutboxCase } from '../outbox-case';
import { onOutbox } from '../outbox-trial';
import { copyFor, failureOfCode, laneOf } from '../samples';

const orders = laneOf('orders');
const people = laneOf('people');

/** What becomes of tries. */
export const settleCases: readonly OutboxCase[] = [
  {
    name: 'what was delivered is gone, and nothing else is',
    run: onOutbox(async (trial) => {
      await trial.append('e-1', [copyFor(orders), copyFor(people)]);
      trial.kit.clock.advance(10);
      await trial.append('e-2', [copyFor(orders), copyFor(people)]);
      const [first, second] = await trial.waiting(orders);
      await trial.deliver(first!);
      expectEqual(await trial.waiting(orders), [second], 'what waits in the lane');
      await trial.expectSize(orders, [second!], 'when one of two was delivered');
      expectEqual(await trial.envelopeIds(await trial.waiting(people)), ['e-1', 'e-2'], 'what waits in the other lane');
      expectEqual(await trial.letters(), [], 'the dead letters');
      await trial.deliver(second!);
      expectEqual(await trial.waiting(orders), [], 'what waits when all is delivered');
      await trial.expectSize(orders, [], 'when all is delivered');
    }),
  },
  {
    name: 'what is tried again waits with its new time and counts, in its place',
    run: onOutbox(async (trial) => {
      const first = await trial.add('e-1', orders, { kind: 'profile', key: 'ada', changes: ['traits.email'] });
      const second = await trial.add('e-2', orders);
      trial.kit.clock.advance(5_000);
      const settledAt = trial.now;
      await trial.retry(first, settledAt + 30_000);
      const once = { ...first, attempts: 1, tries: 1, dueAt: settledAt + 30_000, scheduledAt: settledAt };
      expectEqual(await trial.waiting(orders), [once, second], 'what waits after the first try');
      expectEqual(await trial.retries(orders), [once], 'what waits for a retry after the first try');
      expectEqual(await trial.envelopeIds([once]), ['e-1'], 'its envelope');
      trial.kit.clock.advance(40_000);
      // The destination's fault: it uses up no attempt.
      const failure = failureOfCode('AWAY', { scope: 'destination' });
      await trial.settle(once, { status: 'retry', dueAt: trial.now + 60_000, attempts: 1, failure });
      const twice = { ...once, tries: 2, dueAt: trial.now + 60_000, scheduledAt: trial.now };
      expectEqual(await trial.waiting(orders), [twice, second], 'what waits after the second try');
      expectEqual(await trial.retries(orders), [twice], 'what waits for a retry after the second try');
      await trial.expectSize(orders, [twice, second], 'with a retry');
      await trial.deliver(twice);
      await trial.expectSize(orders, [second], 'when the retry was delivered');
      expectEqual(await trial.retries(orders), [], 'what waits for a retry when it was delivered');
    }),
  },
  {
    name: 'a time may lie in the past, or far ahead',
    run: onOutbox(async (trial) => {
      const past = await trial.add('past', orders);
      const future = await trial.add('future', orders);
      await trial.retry(past, 1);
      await trial.retry(future, 8_640_000_000_000_000);
      const dueTimes = (await trial.retries(orders)).map(({ dueAt }) => dueAt);
      expectEqual(dueTimes, [1, 8_640_000_000_000_000], 'the times of the retries');
    }),
  },
  {
    name: 'a settlement without a try keeps the count of tries',
    run: onOutbox(async (trial) => {
      const stored = await trial.add('e-1', orders);
      const outcome = {
        status: 'retry',
        dueAt: trial.now + 9,
        attempts: 0,
        failure: failureOfCode('NOT_OPEN'),
      } as const;
      await trial.outbox.settle([{ delivery: stored, outcome, settledAt: trial.now }]);
      const [again] = await trial.waiting(orders);
      expectEqual(again, { ...stored, dueAt: trial.now + 9, scheduledAt: trial.now }, 'the delivery');
    }),
  },
  {
    name: 'what failed for good is a dead letter, and waits no more',
    run: onOutbox(async (trial) => {
      const stored = await trial.add('e-1', orders);
      const other = await trial.add('e-2', orders);
      await trial.fail(stored);
      expectEqual(await trial.waiting(orders), [other], 'what waits');
      await trial.expectSize(orders, [other], 'when one failed for good');
      expectEqual(
        (await trial.letters()).map(({ envelopeId }) => envelopeId),
        ['e-1'],
        'the dead letters',
      );
    }),
  },
  {
    name: 'a retry that fails for good is a dead letter, and no retry any more',
    run: onOutbox(async (trial) => {
      await trial.retry(await trial.add('e-1', orders), trial.now + 10);
      const [retry] = await trial.retries(orders);
      await trial.fail(retry!);
      expectEqual([await trial.retries(orders), await trial.waiting(orders)], [[], []], 'what waits');
      expectEqual(await trial.outbox.countDeadLetters({}), 1, 'how many dead letters there are');
    }),
  },
  {
    name: 'one call settles many, of several lanes and with all outcomes',
    run: onOutbox(async (trial) => {
      for (let index = 0; index < 30; index++) await trial.append(`e-${index}`, [copyFor(orders), copyFor(people)]);
      const [inOrders, inPeople] = [await trial.waiting(orders), await trial.waiting(people)];
      const settlements = [...inOrders, ...inPeople].map((delivery, index) => {
        const failure = failureOfCode('BUSY');
        if (index % 3 === 0) return trial.settlement(delivery, { status: 'delivered' });
        if (index % 3 === 1) return trial.settlement(delivery, { status: 'failed', failure });
        return trial.settlement(delivery, { status: 'retry', dueAt: trial.now + 1_000, attempts: 1, failure });
      });
      await trial.outbox.settle(settlements);
      for (const lane of [orders, people]) {
        expectEqual((await trial.waiting(lane)).length, 10, `how many wait in ${lane.destination}`);
        expectEqual((await trial.retries(lane)).length, 10, `how many wait for a retry in ${lane.destination}`);
        await trial.expectSize(lane, await trial.waiting(lane), 'after a third was tried again');
        const { destination } = lane;
        expectEqual(await trial.outbox.countDeadLetters({ destination }), 10, `the dead letters of ${destination}`);
      }
      await trial.outbox.settle([]);
    }),
  },
  {
    name: 'settling what is no longer there does nothing',
    run: onOutbox(async (trial) => {
      const failure = failureOfCode('LATE');
      const outcomes = [
        { status: 'delivered' },
        { status: 'retry', dueAt: trial.now + 1_000, attempts: 1, failure },
        { status: 'failed', failure },
      ] as const;
      const delivered = await trial.add('e-1', orders);
      const dropped = await trial.add('e-2', people);
      const neighbour = await trial.add('e-3', orders);
      await trial.deliver(delivered);
      await trial.outbox.dropLane(people);
      for (const gone of [delivered, dropped]) for (const outcome of outcomes) await trial.settle(gone, outcome);
      expectEqual(await trial.waiting(orders), [neighbour], 'what waits in the lane of the delivered one');
      expectEqual(await trial.waiting(people), [], 'what waits in the lane that was dropped');
      expectEqual([await trial.retries(orders), await trial.retries(people)], [[], []], 'what waits for a retry');
      expectEqual(await trial.letters(), [], 'the dead letters');
      await trial.expectSize(orders, [neighbour], 'after late settlements');
      await trial.expectSize(people, [], 'after late settlements');
    }),
  },
  {
    name: 'settled twice in one call, the first counts',
    run: onOutbox(async (trial) => {
      const stored = await trial.add('e-1', orders);
      const neighbour = await trial.add('e-2', orders);
      const delivered = trial.settlement(stored, { status: 'delivered' });
      await trial.outbox.settle([
        delivered,
        trial.settlement(stored, { status: 'failed', failure: failureOfCode('LATE') }),
      ]);
      expectEqual(await trial.letters(), [], 'the dead letters');
      await trial.expectSize(orders, [neighbour], 'when one was settled twice');
    }),
  },
  {
    name: 'that deliveries were started changes nothing of what waits',
    run: onOutbox(async (trial) => {
      const stored = await trial.add('e-1', orders);
      const gone = await trial.add('e-2', orders);
      await trial.deliver(gone);
      trial.outbox.started([stored, gone]);
      trial.outbox.started([]);
      expectEqual(await trial.waiting(orders), [stored], 'what waits');
      await trial.deliver(stored);
      expectEqual(await trial.waiting(orders), [], 'what waits when it is delivered');
    }),
  },
];
