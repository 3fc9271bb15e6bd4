import type { AppendReceipt } from '@dest/core';
import { expectEqual, expectThat } from '../../expectations';
import type { OutboxCase } from '../outbox-case';
import type { OutboxKit } from '../outbox-kit';
import { onDurableOutbox, reopen, type OutboxTrial } from '../outbox-trial';
import { copyFor, failureOfCode, laneOf } from '../samples';

const orders = laneOf('orders');
const people = laneOf('people', { package: '@acme/crm#contacts', debug: true, generation: 4 });

/** All that can be seen of an outbox with these two lanes. */
async function seen(trial: OutboxTrial<OutboxKit>): Promise<unknown> {
  const letters = await trial.letters();
  const lanes = [];
  for (const lane of [orders, people]) {
    const [waiting, replays] = [await trial.waiting(lane), await trial.replays(lane)];
    lanes.push({
      waiting,
      replays,
      untried: await trial.untried(lane),
      retries: await trial.retries(lane),
      size: await trial.outbox.size(lane),
      envelopes: (await trial.outbox.load([...waiting, ...replays])).map((accepted) => JSON.stringify(accepted)),
    });
  }
  return {
    lanes,
    letters: await Promise.all(letters.map(({ id }) => trial.outbox.deadLetter(id))),
    listed: (await trial.outbox.lanes()).map(({ lane, size }) => JSON.stringify([lane, size])).toSorted(),
  };
}

/** What is there when the outbox is opened again. */
export const durabilityCases: readonly OutboxCase[] = [
  {
    name: 'all that waits survives, and all dead letters do',
    needs: 'durable',
    run: onDurableOutbox(async (trial) => {
      const odd = { event: { type: 't', text: '\uD800 😀 \u0000', ['__proto__ ']: 1 }, profile: { id: 'ada' } };
      await trial.append('e-1', [copyFor(orders, { key: 'ada' }), copyFor(people, { kind: 'profile', key: '' })], odd);
      trial.kit.clock.advance(10);
      for (const id of ['e-2', 'e-3', 'e-4', 'e-5']) {
        await trial.append(id, [copyFor(orders, { changes: [] }), copyFor(people, { changes: ['traits.a'] })]);
      }
      const waiting = await trial.waiting(orders);
      await trial.deliver(waiting[0]!);
      await trial.retry(waiting[1]!, trial.now + 500);
      await trial.retry(waiting[2]!, trial.now + 400);
      await trial.retry((await trial.waiting(orders))[0]!, trial.now + 900);
      await trial.fail(waiting[3]!, failureOfCode('REFUSED', { causes: [{ message: 'why' }], retryAfterMs: 5 }));
      const inPeople = await trial.waiting(people);
      await trial.outbox.settle([
        trial.settlement(inPeople[1]!, { status: 'failed', failure: failureOfCode('TOO_LARGE') }, '2.0.0'),
        trial.settlement(inPeople[2]!, { status: 'failed', failure: failureOfCode('TOO_LARGE') }),
      ]);
      await trial.replay({ code: 'TOO_LARGE' }, [people]);
      await trial.retry((await trial.replays(people))[0]!, trial.now + 77);
      await trial.append('e-6', [copyFor(people, { kind: 'profile', key: '', coalesce: true })]);
      const before = await seen(trial);
      await reopen(trial);
      expectEqual(await seen(trial), before, 'what is there after the first time');
      await reopen(trial);
      expectEqual(await seen(trial), before, 'what is there after the second time');
    }),
  },
  {
    name: 'what was appended, settled or dropped last survives, also when nobody waited for it before closing',
    needs: 'durable',
    run: onDurableOutbox(async (trial) => {
      const first = await trial.add('e-1', orders);
      const second = await trial.add('e-2', orders);
      const calls = [
        trial.append('e-3', [copyFor(orders)]),
        trial.deliver(first),
        trial.fail(second),
        trial.append('e-4', [copyFor(people)]),
      ];
      await reopen(trial);
      await Promise.all(calls);
      expectEqual(await trial.envelopeIds(await trial.waiting(orders)), ['e-3'], 'what waits in the first lane');
      expectEqual(await trial.envelopeIds(await trial.waiting(people)), ['e-4'], 'what waits in the second lane');
      expectEqual(await trial.outbox.countDeadLetters({}), 1, 'how many dead letters there are');
    }),
  },
  {
    name: 'what is gone stays gone',
    needs: 'durable',
    run: onDurableOutbox(async (trial) => {
      await trial.deliver(await trial.add('e-1', orders));
      await trial.add('e-2', people);
      await trial.outbox.dropLane(people);
      await trial.addFailed('e-3', orders);
      await trial.outbox.dropDeadLetters({});
      await trial.append('e-4', [copyFor(orders)], { profile: { id: 'ada' } });
      await trial.outbox.forget('ada');
      await reopen(trial);
      expectEqual(await trial.outbox.lanes(), [], 'the lanes that hold something');
      expectEqual(await trial.letters(), [], 'the dead letters');
      const { envelopes } = await trial.outbox.forget('ada');
      expectEqual(envelopes, 0, 'how many envelopes of the forgotten person there are');
    }),
  },
  {
    name: 'ids are known on, until their window is over',
    needs: 'durable',
    run: onDurableOutbox(
      async (trial) => {
        await trial.append('e-1', [copyFor(orders)]);
        await trial.append('e-\uD800', []);
        trial.kit.clock.advance(30_000);
        await trial.append('e-2', [copyFor(orders)]);
        await reopen(trial);
        const duplicates = async (ids: readonly string[]): Promise<readonly boolean[]> => {
          const receipts: AppendReceipt[] = [];
          for (const id of ids) receipts.push(await trial.append(id, [copyFor(orders)]));
          return receipts.map(({ duplicate }) => duplicate);
        };
        expectEqual(await duplicates(['e-1', 'e-\uD800', 'e-2']), [true, true, true], 'which are duplicates');
        trial.kit.clock.advance(30_001);
        await reopen(trial);
        expectEqual(await duplicates(['e-2', 'e-1']), [true, false], 'which are duplicates when one window is over');
      },
      { dedupeWindowMs: 60_000 },
    ),
  },
  {
    name: 'what is owed is owed on',
    needs: 'durable',
    run: onDurableOutbox(async (trial) => {
      const filling = await trial.add('f-1', orders);
      const copies = [copyFor(orders, { limit: { maxBytes: filling.bytes, whenFull: 'reject' } }), copyFor(people)];
      expectEqual((await trial.append('e-1', copies)).refused.length, 1, 'how many are refused');
      await trial.deliver(filling);
      await reopen(trial);
      const again = await trial.append('e-1', copies);
      expectEqual(
        again.deliveries.map(({ destination }) => destination),
        ['orders'],
        'who gets a copy when it comes again',
      );
      await reopen(trial);
      expectEqual((await trial.append('e-1', copies)).duplicate, true, 'whether it is a duplicate then');
    }),
  },
  {
    name: 'ids and sequences go on where they were, also when all is gone',
    needs: 'durable',
    run: onDurableOutbox(async (trial) => {
      const ids = new Set<string>();
      let last = 0;
      for (let round = 0; round < 4; round++) {
        const stored = await trial.add(`e-${round}`, orders);
        expectThat(!ids.has(stored.id), `the id ${stored.id} was not given before`);
        expectThat(stored.sequence > last, `sequences rise: ${stored.sequence} comes after ${last}`);
        ids.add(stored.id);
        last = stored.sequence;
        if (round % 2 === 0) await trial.deliver(stored);
        else await trial.outbox.moveLane(orders, people);
        await reopen(trial);
      }
      const letter = await trial.addFailed('f-1', orders);
      await trial.outbox.dropDeadLetters({});
      await reopen(trial);
      const later = await trial.addFailed('f-2', orders);
      expectThat(later.id !== letter.id, `the id of a dead letter, ${later.id}, is not given twice`);
    }),
  },
  {
    name: 'what was read before can be settled after, and what is replaced can be replaced again',
    needs: 'durable',
    run: onDurableOutbox(async (trial) => {
      const copy = { key: 'ada', kind: 'profile', coalesce: true } as const;
      const first = await trial.add('e-1', orders);
      const second = await trial.add('e-2', orders, copy);
      await trial.append('e-3', [copyFor(orders, copy)]);
      await reopen(trial);
      await trial.deliver(second);
      await trial.deliver(first);
      const receipt = await trial.append('e-4', [copyFor(orders, copy)]);
      expectEqual(
        receipt.coalesced.map(({ id, sequence }) => ({ id, sequence })),
        [{ id: second.id, sequence: second.sequence }],
        'what is replaced',
      );
      const waiting = await trial.waiting(orders);
      expectEqual(await trial.envelopeIds(waiting), ['e-4'], 'what waits');
      await trial.expectSize(orders, waiting, 'after it was opened again');
    }),
  },
  {
    name: 'a retry keeps its history, and so does a replay',
    needs: 'durable',
    run: onDurableOutbox(async (trial) => {
      await trial.retry(await trial.add('e-1', orders), trial.now + 10, failureOfCode('FIRST'));
      await reopen(trial);
      await trial.fail((await trial.waiting(orders))[0]!, failureOfCode('SECOND'));
      await reopen(trial);
      await trial.replay({}, [orders]);
      await reopen(trial);
      await trial.fail((await trial.replays(orders))[0]!, failureOfCode('THIRD'));
      await reopen(trial);
      const [letter] = await trial.letters();
      expectEqual(
        letter?.history.map(({ code }) => code),
        ['FIRST', 'SECOND', 'THIRD'],
        'the codes of the history',
      );
      expectEqual(letter?.tries, 3, 'how often it was tried');
    }),
  },
  {
    name: 'a request to replay survives, however soon after it the outbox is closed',
    needs: 'durable',
    run: onDurableOutbox(async (trial) => {
      const ids = Array.from({ length: 300 }, (_, index) => `e-${index}`);
      await Promise.all(ids.map((id) => trial.append(id, [copyFor(orders)])));
      const failure = failureOfCode('REFUSED');
      const waiting = await trial.waiting(orders);
      await trial.outbox.settle(waiting.map((delivery) => trial.settlement(delivery, { status: 'failed', failure })));
      const receipt = await trial.outbox.replayDeadLetters({}, [orders]);
      expectEqual(receipt, { replayed: 300, unfitting: 0 }, 'the receipt');
      await reopen(trial);
      await trial.eventually(
        async () => (await trial.outbox.countDeadLetters({})) === 0,
        'all dead letters are replayed',
      );
      const replayed = await trial.envelopeIds(await trial.replays(orders));
      expectEqual(replayed.toSorted(), ids.toSorted(), 'the envelopes of the replays');
    }),
  },
  {
    name: 'a clean end is no crash for what was in flight, but a try',
    needs: 'durable',
    run: onDurableOutbox(async (trial) => {
      const stored = await trial.add('e-1', orders);
      for (let tries = 1; tries <= 3; tries++) {
        trial.outbox.started(await trial.waiting(orders));
        await reopen(trial);
        const tried = [{ ...stored, tries }];
        expectEqual(await trial.waiting(orders), tried, 'what waits after it was started and the outbox was closed');
      }
    }),
  },
];
