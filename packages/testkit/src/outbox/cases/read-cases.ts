import type { StoredDelivery } from '@dest/core';
import { expectEqual, expectThat } from '../../expectations';
import type { OutboxCase } from '../outbox-case';
import { onOutbox, type OutboxTrial } from '../outbox-trial';
import { copyFor, laneOf } from '../samples';

const orders = laneOf('orders');
const people = laneOf('people');

async function fill(trial: OutboxTrial, count: number): Promise<readonly StoredDelivery[]> {
  for (let index = 0; index < count; index++) await trial.append(`e-${index}`, [copyFor(orders), copyFor(people)]);
  return trial.waiting(orders);
}

const idsOf = (deliveries: readonly StoredDelivery[]): readonly string[] => deliveries.map(({ id }) => id);

/** In which order, and from where, lanes are read. */
export const readCases: readonly OutboxCase[] = [
  {
    name: 'a lane is read from a sequence on, as many as are asked for',
    run: onOutbox(async (trial) => {
      const all = await fill(trial, 25);
      const { outbox } = trial;
      for (const which of ['all', 'untried'] as const) {
        const read: StoredDelivery[] = [];
        for (;;) {
          const part = await outbox.read(orders, { after: read.at(-1)?.sequence ?? 0, limit: 7, which });
          expectThat(part.length <= 7, `at most 7 are read at once, not ${part.length}`);
          if (part.length === 0) break;
          read.push(...part);
        }
        expectEqual(read, all, `what is read in parts with ${which}`);
        const after = all[12]!.sequence;
        const middle = await outbox.read(orders, { after, limit: 3, which });
        expectEqual(middle, all.slice(13, 16), `what is read after the thirteenth with ${which}`);
        const none = await outbox.read(orders, { after: all[24]!.sequence, limit: 3, which });
        expectEqual(none, [], `what is read after the last with ${which}`);
      }
      expectEqual(
        await outbox.read(laneOf('nobody'), { after: 0, limit: 3, which: 'all' }),
        [],
        'a lane without anything',
      );
    }),
  },
  {
    name: 'reading takes nothing away',
    run: onOutbox(async (trial) => {
      const all = await fill(trial, 3);
      await trial.retry(all[0]!, trial.now + 5);
      for (const read of ['waiting', 'untried', 'retries'] as const) {
        expectEqual(await trial[read](orders), await trial[read](orders), `what is read twice (${read})`);
      }
      expectEqual((await trial.outbox.size(orders)).waiting, 3, 'how many wait after reading');
    }),
  },
  {
    name: 'what was settled is passed over, wherever reading begins',
    run: onOutbox(async (trial) => {
      const all = await fill(trial, 10);
      for (const index of [0, 3, 4, 9]) await trial.deliver(all[index]!);
      const left = [1, 2, 5, 6, 7, 8].map((index) => all[index]!);
      expectEqual(await trial.waiting(orders), left, 'what waits');
      const after = all[3]!.sequence;
      const read = await trial.outbox.read(orders, { after, limit: 3, which: 'all' });
      expectEqual(read, left.slice(2, 5), 'what is read after one that is gone');
      const later = await trial.add('later', orders);
      expectThat(later.sequence > all[9]!.sequence, 'a sequence is not given twice, also when the last one is gone');
    }),
  },
  {
    name: 'what waits for a retry is read with all, not with what is untried',
    run: onOutbox(async (trial) => {
      const all = await fill(trial, 6);
      for (const index of [1, 4]) await trial.retry(all[index]!, trial.now + 1_000);
      expectEqual(idsOf(await trial.waiting(orders)), idsOf(all), 'the ids of all that waits, in order of acceptance');
      const untried = [0, 2, 3, 5].map((index) => all[index]!);
      expectEqual(await trial.untried(orders), untried, 'what is untried');
      const read = await trial.outbox.read(orders, { after: all[0]!.sequence, limit: 2, which: 'untried' });
      expectEqual(read, untried.slice(1, 3), 'what is untried after the first, at most two');
      trial.kit.clock.advance(2_000);
      expectEqual(await trial.untried(orders), untried, 'what is untried when the retries are due');
    }),
  },
  {
    name: 'retries are read by due time, then by sequence, as many as are asked for',
    run: onOutbox(async (trial) => {
      const all = await fill(trial, 7);
      const due = trial.now + 10_000;
      const delays = [500, 100, 500, 300, 100, 900];
      for (const [index, delay] of delays.entries()) await trial.retry(all[index]!, due + delay);
      const expected = [1, 4, 3, 0, 2, 5].map((index) => all[index]!.id);
      const retries = await trial.retries(orders);
      expectEqual(idsOf(retries), expected, 'the ids of the retries');
      expectEqual(idsOf(await trial.outbox.readRetries(orders, 4)), expected.slice(0, 4), 'the ids of the first four');
      await trial.retry(retries[0]!, due + 5_000);
      expectEqual(
        idsOf(await trial.retries(orders)),
        [...expected.slice(1), expected[0]],
        'the ids after one more retry',
      );
      await trial.deliver(retries[1]!);
      expectEqual(
        idsOf(await trial.outbox.readRetries(orders, 1)),
        [expected[2]],
        'the first when the first is delivered',
      );
      expectEqual(await trial.retries(people), [], 'the retries of a lane that has none');
    }),
  },
  {
    name: 'replays are read by due time, then by sequence, and never with the others',
    run: onOutbox(async (trial) => {
      for (const id of ['e-1', 'e-2', 'e-3', 'e-4']) await trial.addFailed(id, orders);
      const live = await trial.add('live', orders);
      const retried = await trial.add('retried', orders);
      await trial.retry(retried, trial.now + 700);
      await trial.replay({}, [orders]);
      const replays = await trial.replays(orders);
      expectEqual(await trial.envelopeIds(replays), ['e-1', 'e-2', 'e-3', 'e-4'], 'the envelopes of the replays');
      expectEqual(idsOf(await trial.waiting(orders)), [live.id, retried.id], 'what waits beside the replays');
      expectEqual(idsOf(await trial.untried(orders)), [live.id], 'what is untried beside the replays');
      for (const [index, delay] of [900, 100, 500].entries()) await trial.retry(replays[index]!, trial.now + delay);
      expectEqual(
        idsOf(await trial.replays(orders)),
        [3, 1, 2, 0].map((index) => replays[index]!.id),
        'the replays, of which three wait for a retry',
      );
      expectEqual(idsOf(await trial.outbox.readReplays(orders, 2)), [replays[3]!.id, replays[1]!.id], 'the first two');
      expectEqual(idsOf(await trial.retries(orders)), [retried.id], 'the retries, of which none is a replay');
    }),
  },
];
