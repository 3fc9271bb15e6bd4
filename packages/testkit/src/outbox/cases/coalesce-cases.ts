import type { NewDelivery } from '@dest/core';
import { expectEqual, expectThat } from '../../expectations';
import type { OutboxCase } from '../outbox-case';
import { onOutbox } from '../outbox-trial';
import { copyFor, failureOfCode, laneOf } from '../samples';

const people = laneOf('people');
const orders = laneOf('orders');
const LATEST: Partial<NewDelivery> = { kind: 'profile', key: 'ada', coalesce: true };

/** A newer version takes the place of the one that waits. */
export const coalesceCases: readonly OutboxCase[] = [
  {
    name: 'a newer copy replaces what waits under its key, and takes over its place and id',
    run: onOutbox(async (trial) => {
      const first = await trial.add('e-1', people, { ...LATEST, changes: ['traits.name'] });
      const between = await trial.add('e-2', people, { ...LATEST, key: 'bob' });
      trial.kit.clock.advance(1_000);
      const receipt = await trial.append('e-3', [copyFor(people, { ...LATEST, changes: ['traits.email'] })]);
      const [replaced, ...others] = await trial.waiting(people);
      expectThat(replaced !== undefined && replaced.envelope !== first.envelope, 'it has another envelope');
      const expected = {
        ...first,
        envelope: replaced.envelope,
        changes: ['traits.name', 'traits.email'],
        waitingSince: trial.now,
      };
      expectEqual(replaced, expected, 'the delivery in the place of the first');
      expectEqual(others, [between], 'what waits behind it');
      expectEqual(await trial.untried(people), [replaced, between], 'what is untried');
      expectEqual(
        receipt,
        {
          duplicate: false,
          deliveries: [{ id: first.id, destination: 'people' }],
          refused: [],
          dropped: [],
          coalesced: [replaced],
        },
        'the receipt',
      );
      expectEqual(await trial.envelopeIds([replaced, between]), ['e-3', 'e-2'], 'the envelopes that wait');
      await trial.expectSize(people, [replaced, between], 'after one was replaced');
    }),
  },
  {
    name: 'what replaced another is new: what the earlier one went through is not counted',
    run: onOutbox(async (trial) => {
      const first = await trial.add('e-1', people, LATEST);
      await trial.retry(first, trial.now + 60_000, failureOfCode('EARLIER'));
      const receipt = await trial.append('e-2', [copyFor(people, LATEST)]);
      const [replaced] = await trial.waiting(people);
      expectEqual(receipt.coalesced, [replaced], 'what the receipt says was replaced');
      const { attempts, tries, dueAt, scheduledAt, crashes, id, sequence } = replaced!;
      expectEqual(
        { attempts, tries, dueAt, scheduledAt, crashes, id, sequence },
        { attempts: 0, tries: 0, dueAt: 0, scheduledAt: 0, crashes: 0, id: first.id, sequence: first.sequence },
        'the delivery after a newer copy came',
      );
      expectEqual(await trial.retries(people), [], 'what waits for a retry');
      expectEqual(await trial.untried(people), [replaced], 'what is untried');
      await trial.fail(replaced!, failureOfCode('LATER'));
      const [letter] = await trial.letters();
      expectEqual(
        letter?.history.map(({ code }) => code),
        ['LATER'],
        'the history of the dead letter: only tries of the newer one',
      );
    }),
  },
  {
    name: 'the changes are those of both, also where the earlier one is under way; absent where they are for one',
    run: onOutbox(async (trial) => {
      const inFlight = await trial.add('e-1', people, { ...LATEST, changes: ['traits.name', 'traits.email'] });
      trial.outbox.started([inFlight]);
      const steps: readonly (readonly [given: Partial<NewDelivery>, united: readonly string[] | undefined])[] = [
        [{ changes: ['traits.email', 'traits.phone'] }, ['traits.name', 'traits.email', 'traits.phone']],
        [{ changes: [] }, ['traits.name', 'traits.email', 'traits.phone']],
        [{}, undefined],
        [{ changes: ['traits.name'] }, undefined],
      ];
      for (const [index, [given, united]] of steps.entries()) {
        const receipt = await trial.append(`f-${index}`, [copyFor(people, { ...LATEST, ...given })]);
        const [waiting] = await trial.waiting(people);
        expectEqual(waiting?.changes, united, `the changes of what replaced ${index + 1}`);
        expectEqual(receipt.coalesced, [waiting], `what the receipt says was replaced, ${index + 1}`);
      }
      await trial.deliver(inFlight);
      expectEqual(await trial.envelopeIds(await trial.waiting(people)), ['f-3'], 'what waits when the first arrived');
    }),
  },
  {
    name: 'a copy may be replaced again and again',
    run: onOutbox(async (trial) => {
      const first = await trial.add('e-0', people, LATEST);
      for (let index = 1; index <= 30; index++) await trial.append(`e-${index}`, [copyFor(people, LATEST)]);
      const waiting = await trial.waiting(people);
      expectEqual(
        waiting.map(({ id, sequence }) => ({ id, sequence })),
        [{ id: first.id, sequence: first.sequence }],
        'what waits',
      );
      expectEqual(await trial.envelopeIds(waiting), ['e-30'], 'the envelope that waits');
      await trial.expectSize(people, waiting, 'after 30 were replaced');
    }),
  },
  {
    name: 'settling what was replaced since does nothing: the later envelope waits on',
    run: onOutbox(async (trial) => {
      const failure = failureOfCode('LATE');
      const outcomes = [
        { status: 'delivered' },
        { status: 'retry', dueAt: trial.now + 1_000, attempts: 1, failure },
        { status: 'failed', failure },
      ] as const;
      for (const [index, outcome] of outcomes.entries()) {
        const lane = laneOf(`people-${index}`);
        const inFlight = await trial.add(`e-${index}`, lane, LATEST);
        await trial.append(`f-${index}`, [copyFor(lane, LATEST)]);
        const [later] = await trial.waiting(lane);
        await trial.settle(inFlight, outcome);
        expectEqual(
          await trial.waiting(lane),
          [later],
          `what waits after the earlier one was settled: ${outcome.status}`,
        );
        expectEqual(await trial.envelopeIds([later!]), [`f-${index}`], `the envelope after: ${outcome.status}`);
        await trial.expectSize(lane, [later!], `after: ${outcome.status}`);
        expectEqual(await trial.letters(), [], `the dead letters after: ${outcome.status}`);
        await trial.deliver(later!);
        expectEqual(await trial.waiting(lane), [], 'what waits when the later one was delivered');
      }
    }),
  },
  {
    name: 'the envelope that was replaced is never taken for the later one',
    run: onOutbox(async (trial) => {
      const earlier = await trial.add('e-1', people, LATEST);
      await trial.append('e-2', [copyFor(people, LATEST)]);
      const [loaded] = await trial.envelopeIds([earlier]);
      expectThat(loaded === undefined || loaded === 'e-1', `the earlier envelope is e-1 or gone, not ${loaded}`);
    }),
  },
  {
    name: 'the copies of an envelope that was replaced in one lane wait on in others',
    run: onOutbox(async (trial) => {
      await trial.append('e-1', [copyFor(people, LATEST), copyFor(orders, { key: 'ada' })]);
      const receipt = await trial.append('e-2', [copyFor(people, LATEST), copyFor(orders, { key: 'ada' })]);
      expectEqual(receipt.coalesced.length, 1, 'how many were replaced');
      expectEqual(
        await trial.envelopeIds(await trial.waiting(people)),
        ['e-2'],
        'what waits in the lane that coalesces',
      );
      expectEqual(await trial.envelopeIds(await trial.waiting(orders)), ['e-1', 'e-2'], 'what waits in the other lane');
    }),
  },
  {
    name: 'nothing is replaced without a key, under another key, in another lane or where that is not asked for',
    run: onOutbox(async (trial) => {
      const keyless = { kind: 'profile', coalesce: true } as const;
      const receipts = [
        await trial.append('e-1', [copyFor(people, keyless)]),
        await trial.append('e-2', [copyFor(people, keyless)]),
        await trial.append('e-3', [copyFor(people, LATEST)]),
        await trial.append('e-4', [copyFor(people, { ...LATEST, key: 'bob' })]),
        await trial.append('e-5', [copyFor(people, { ...LATEST, key: '' })]),
        await trial.append('e-6', [copyFor(laneOf('people', { generation: 2 }), LATEST)]),
        await trial.append('e-7', [copyFor(orders, LATEST)]),
        await trial.append('e-8', [copyFor(people, { kind: 'profile', key: 'ada' })]),
      ];
      expectEqual(
        receipts.map(({ coalesced }) => coalesced.length),
        [0, 0, 0, 0, 0, 0, 0, 0],
        'how many each append replaced',
      );
      expectEqual(
        await trial.envelopeIds(await trial.waiting(people)),
        ['e-1', 'e-2', 'e-3', 'e-4', 'e-5', 'e-8'],
        'what waits',
      );
    }),
  },
  {
    name: 'an event is never replaced, and replaces nothing',
    run: onOutbox(async (trial) => {
      const event = await trial.add('e-1', people, { key: 'ada' });
      const first = await trial.append('e-2', [copyFor(people, LATEST)]);
      expectEqual(first.coalesced, [], 'what a profile replaces where only an event waits');
      const second = await trial.append('e-3', [copyFor(people, { ...LATEST, kind: 'event' })]);
      expectEqual(second.coalesced, [], 'what an event replaces');
      const third = await trial.append('e-4', [copyFor(people, LATEST)]);
      expectEqual(
        third.coalesced.map(({ id }) => id),
        first.deliveries.map(({ id }) => id),
        'what a profile replaces where one waits between events',
      );
      const waiting = await trial.waiting(people);
      expectEqual(waiting[0], event, 'the event that waits');
      expectEqual(await trial.envelopeIds(waiting), ['e-1', 'e-4', 'e-3'], 'the envelopes that wait');
      await trial.expectSize(people, waiting, 'with events beside what was replaced');
    }),
  },
  {
    name: 'what came without that may be replaced by what asks for it',
    run: onOutbox(async (trial) => {
      const first = await trial.add('e-1', people, { kind: 'profile', key: 'ada' });
      const receipt = await trial.append('e-2', [copyFor(people, LATEST)]);
      expectEqual(
        receipt.coalesced.map(({ id }) => id),
        [first.id],
        'what was replaced',
      );
      expectEqual(await trial.envelopeIds(await trial.waiting(people)), ['e-2'], 'what waits');
    }),
  },
  {
    name: 'what is no longer there is not replaced',
    run: onOutbox(async (trial) => {
      await trial.deliver(await trial.add('e-1', people, LATEST));
      await trial.fail(await trial.add('e-2', people, LATEST));
      await trial.add('e-3', people, LATEST);
      await trial.outbox.dropLane(people);
      const fresh = await trial.append('e-4', [copyFor(people, LATEST)]);
      expectEqual(fresh.coalesced, [], 'what was replaced when nothing waits');
      expectEqual(await trial.envelopeIds(await trial.waiting(people)), ['e-4'], 'what waits');
      expectEqual((await trial.letters()).length, 1, 'how many dead letters there are');
    }),
  },
  {
    name: 'a replay is not replaced: it is an earlier version that was asked for',
    run: onOutbox(async (trial) => {
      await trial.addFailed('e-1', people, undefined, LATEST);
      await trial.replay({}, [people]);
      const receipt = await trial.append('e-2', [copyFor(people, LATEST)]);
      expectEqual(receipt.coalesced, [], 'what was replaced');
      expectEqual(await trial.envelopeIds(await trial.replays(people)), ['e-1'], 'the replays');
      expectEqual(await trial.envelopeIds(await trial.waiting(people)), ['e-2'], 'what waits beside them');
    }),
  },
];
