import type { DeadLetter } from '@dest/core';
import { expectEqual, expectThat } from '../../expectations';
import type { OutboxCase } from '../outbox-case';
import { onOutbox } from '../outbox-trial';
import { copyFor, failureOfCode, laneOf } from '../samples';

const orders = laneOf('orders');
const people = laneOf('people');

/** Dead letters that are delivered again. */
export const replayCases: readonly OutboxCase[] = [
  {
    name: 'a replay waits as a new delivery of the same envelope',
    run: onOutbox(async (trial) => {
      const acceptedAt = trial.now;
      const stored = await trial.add('e-1', orders, { kind: 'profile', key: 'ada', changes: ['traits.email'] });
      await trial.retry(stored, trial.now + 10);
      await trial.fail((await trial.waiting(orders))[0]!);
      const live = await trial.add('e-2', orders);
      trial.kit.clock.advance(90_000);
      const receipt = await trial.replay({}, [orders]);
      expectEqual(receipt, { replayed: 1, unfitting: 0 }, 'the receipt');
      const [replay, ...others] = await trial.replays(orders);
      expectThat(replay !== undefined && others.length === 0, 'one replay waits');
      expectThat(replay.id !== live.id && replay.sequence !== live.sequence, 'its id and sequence are its own');
      expectEqual(
        replay,
        {
          lane: orders,
          id: replay.id,
          sequence: replay.sequence,
          envelope: replay.envelope,
          kind: 'profile',
          key: 'ada',
          changes: ['traits.email'],
          waitingSince: trial.now,
          attempts: 0,
          tries: 2,
          dueAt: 0,
          scheduledAt: 0,
          bytes: stored.bytes,
          replay: true,
          crashes: 0,
        },
        'the replay: without attempts, with its tries, since it may have arrived',
      );
      const [accepted] = await trial.outbox.load([replay]);
      expectEqual(accepted, { ...trial.accepted('e-1'), acceptedAt }, 'its envelope, accepted when it was');
      await trial.expectSize(orders, [live, replay], 'with a replay');
      expectEqual([await trial.letters(), await trial.outbox.countDeadLetters({})], [[], 0], 'the dead letters');
    }),
  },
  {
    name: 'a replay that is delivered is gone',
    run: onOutbox(async (trial) => {
      await trial.addFailed('e-1', orders);
      await trial.replay({}, [orders]);
      const [replay] = await trial.replays(orders);
      await trial.deliver(replay!);
      expectEqual([await trial.replays(orders), await trial.letters()], [[], []], 'the replays and the dead letters');
      await trial.expectSize(orders, [], 'when the replay was delivered');
    }),
  },
  {
    name: 'a replay that is tried again stays a replay, with its new time and counts',
    run: onOutbox(async (trial) => {
      await trial.addFailed('e-1', orders);
      await trial.replay({}, [orders]);
      const [replay] = await trial.replays(orders);
      trial.kit.clock.advance(1_000);
      await trial.retry(replay!, trial.now + 5_000);
      const again = { ...replay!, attempts: 1, tries: 2, dueAt: trial.now + 5_000, scheduledAt: trial.now };
      expectEqual(await trial.replays(orders), [again], 'the replays');
      expectEqual([await trial.waiting(orders), await trial.retries(orders)], [[], []], 'what waits beside them');
      await trial.expectSize(orders, [again], 'with a replay that is tried again');
    }),
  },
  {
    name: 'a replay that fails again is a dead letter that keeps its history',
    run: onOutbox(async (trial) => {
      const [acceptedAt, times] = [trial.now, [trial.now]];
      const first = await trial.addFailed('e-1', orders, failureOfCode('FIRST'));
      for (const code of ['SECOND', 'THIRD']) {
        trial.kit.clock.advance(1_000);
        times.push(trial.now);
        await trial.replay({}, [orders]);
        const [replay] = await trial.replays(orders);
        await trial.fail(replay!, failureOfCode(code));
      }
      const [letter, ...others] = await trial.letters();
      expectEqual(others, [], 'further dead letters');
      expectEqual(
        letter?.history.map(({ at, code }) => ({ at, code })),
        ['FIRST', 'SECOND', 'THIRD'].map((code, index) => ({ at: times[index]!, code })),
        'the history',
      );
      expectEqual(
        { ...letter!, history: [] },
        {
          ...first,
          id: letter!.id,
          failedAt: trial.now,
          failure: failureOfCode('THIRD'),
          tries: 3,
          history: [],
          acceptedAt,
        },
        'the dead letter',
      );
      expectEqual(
        (await trial.outbox.deadLetter(letter!.id))?.envelope,
        trial.accepted('e-1').envelope,
        'its envelope',
      );
      expectEqual(await trial.replays(orders), [], 'the replays');
    }),
  },
  {
    name: 'only what the filter names is replayed',
    run: onOutbox(async (trial) => {
      const letters: DeadLetter[] = [];
      for (let index = 0; index < 6; index++) {
        letters.push(await trial.addFailed(`e-${index}`, orders, failureOfCode(index % 2 === 0 ? 'EVEN' : 'ODD')));
      }
      expectEqual(await trial.replay({ code: 'ODD' }, [orders]), { replayed: 3, unfitting: 0 }, 'the receipt by code');
      expectEqual(await trial.envelopeIds(await trial.replays(orders)), ['e-1', 'e-3', 'e-5'], 'the replays');
      expectEqual(
        await trial.letters(),
        [0, 2, 4].map((index) => letters[index]),
        'the dead letters that are left',
      );
      const byId = await trial.replay({ ids: [letters[4]!.id, letters[1]!.id] }, [orders]);
      expectEqual(byId, { replayed: 1, unfitting: 0 }, 'the receipt by ids, of which one is replayed already');
      expectEqual(await trial.replay({ ids: [] }, [orders]), { replayed: 0, unfitting: 0 }, 'the receipt by no id');
      expectEqual((await trial.replays(orders)).length, 4, 'how many replays there are');
    }),
  },
  {
    name: 'a dead letter is replayed in the lane that has its destination and debug now',
    run: onOutbox(async (trial) => {
      await trial.addFailed('e-1', laneOf('orders', { package: '@acme/old', generation: 1 }));
      const now = laneOf('orders', { package: '@acme/new', generation: 5 });
      const receipt = await trial.replay({}, [people, now]);
      expectEqual(receipt, { replayed: 1, unfitting: 0 }, 'the receipt');
      const [replay] = await trial.replays(now);
      expectEqual(replay?.lane, now, 'the lane of the replay');
      await trial.fail(replay!);
      expectEqual((await trial.letters())[0]?.lane, now, 'the lane of the dead letter when it fails again');
    }),
  },
  {
    name: 'a dead letter of no lane that is given stays, and debug never mixes',
    run: onOutbox(async (trial) => {
      const debug = laneOf('orders', { debug: true });
      const letters = [
        await trial.addFailed('e-1', orders),
        await trial.addFailed('e-2', debug),
        await trial.addFailed('e-3', people),
      ];
      expectEqual(await trial.replay({}, []), { replayed: 0, unfitting: 3 }, 'the receipt without lanes');
      expectEqual(await trial.replay({}, [debug]), { replayed: 1, unfitting: 2 }, 'the receipt with the test lane');
      expectEqual(await trial.envelopeIds(await trial.replays(debug)), ['e-2'], 'the replays of the test lane');
      expectEqual(await trial.letters(), [letters[0], letters[2]], 'the dead letters that stay');
      expectEqual(
        await trial.replay({ destination: 'people' }, [orders]),
        { replayed: 0, unfitting: 1 },
        'of another lane',
      );
      expectEqual(
        await trial.replay({}, [orders]),
        { replayed: 1, unfitting: 1 },
        'the receipt with the production lane',
      );
      expectEqual(await trial.envelopeIds(await trial.replays(orders)), ['e-1'], 'the replays of the production lane');
      expectEqual((await trial.replays(debug)).length, 1, 'how many replays the test lane has');
    }),
  },
  {
    name: 'many are replayed in one request, each once',
    run: onOutbox(async (trial) => {
      const ids = Array.from({ length: 400 }, (_, index) => `e-${index}`);
      await Promise.all(ids.map((id) => trial.append(id, [copyFor(orders), copyFor(people)])));
      const waiting = [...(await trial.waiting(orders)), ...(await trial.waiting(people))];
      const failure = failureOfCode('REFUSED');
      await trial.outbox.settle(waiting.map((delivery) => trial.settlement(delivery, { status: 'failed', failure })));
      expectEqual(await trial.replay({}, [orders, people]), { replayed: 800, unfitting: 0 }, 'the receipt');
      for (const lane of [orders, people]) {
        const replays = await trial.replays(lane);
        expectEqual(
          (await trial.envelopeIds(replays)).toSorted(),
          ids.toSorted(),
          `the replays of ${lane.destination}`,
        );
        await trial.expectSize(lane, replays, 'with many replays');
      }
    }),
  },
];
