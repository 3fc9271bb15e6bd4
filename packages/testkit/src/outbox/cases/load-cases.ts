import { expectEqual, expectThat } from '../../expectations';
import type { OutboxCase } from '../outbox-case';
import { onOutbox } from '../outbox-trial';
import { copyFor, laneOf } from '../samples';

const orders = laneOf('orders');
const people = laneOf('people');

/** What an envelope is loaded as. */
export const loadCases: readonly OutboxCase[] = [
  {
    name: 'envelopes are loaded in the order in which they are asked for, also twice, and many at once',
    run: onOutbox(async (trial) => {
      const accepted = Array.from({ length: 1_200 }, (_, index) => trial.accepted(`e-${index}`));
      await Promise.all(accepted.map((envelope) => trial.outbox.append(envelope, [copyFor(orders)])));
      const waiting = await trial.waiting(orders);
      expectEqual(await trial.outbox.load(waiting), accepted, 'all envelopes, in order');
      expectEqual(await trial.outbox.load(waiting.toReversed()), accepted.toReversed(), 'all envelopes, backwards');
      const [first, second] = [waiting[0]!, waiting[1]!];
      expectEqual(await trial.envelopeIds([second, first, second]), ['e-1', 'e-0', 'e-1'], 'one of them twice');
      expectEqual(await trial.outbox.load([]), [], 'none');
    }),
  },
  {
    name: 'an envelope stays as long as one of its deliveries waits or is a dead letter',
    run: onOutbox(async (trial) => {
      const lanes = ['a', 'b', 'c', 'd', 'e'].map((name) => laneOf(name));
      await trial.append(
        'e-1',
        lanes.map((lane) => copyFor(lane)),
      );
      const deliveries = (await Promise.all(lanes.map((lane) => trial.waiting(lane)))).flat();
      expectEqual(deliveries.length, 5, 'how many deliveries wait');
      const [a, b, c, d, e] = deliveries;
      const stays = async (when: string): Promise<void> => {
        expectEqual(await trial.envelopeIds([e!]), ['e-1'], `the envelope of the last delivery ${when}`);
      };
      await trial.deliver(a!);
      await stays('when another one was delivered');
      await trial.outbox.dropLane(lanes[1]!);
      await stays('when another one was dropped');
      await trial.fail(c!);
      await stays('when another one is a dead letter');
      await trial.retry(d!, trial.now + 5);
      await trial.deliver(d!);
      await trial.outbox.settle([trial.settlement(b!, { status: 'delivered' })]);
      await trial.deliver(a!);
      await stays('when others were settled twice');
      await trial.deliver(e!);
      const [letter] = await trial.letters();
      expectThat(letter !== undefined, 'the one that failed is a dead letter');
      const loaded = await trial.outbox.deadLetter(letter.id);
      expectEqual(
        loaded?.envelope,
        trial.accepted('e-1').envelope,
        'the envelope of the dead letter, the last to hold it',
      );
    }),
  },
  {
    name: 'an envelope that was forgotten is loaded as undefined, the others beside it as they are',
    run: onOutbox(async (trial) => {
      await trial.append('e-1', [copyFor(orders), copyFor(people)]);
      await trial.append('e-2', [copyFor(orders)], { profile: { id: 'ada' } });
      await trial.append('e-3', [copyFor(orders)]);
      const waiting = await trial.waiting(orders);
      await trial.outbox.forget('ada');
      expectEqual(await trial.envelopeIds(waiting), ['e-1', undefined, 'e-3'], 'the ids of the loaded envelopes');
    }),
  },
];
