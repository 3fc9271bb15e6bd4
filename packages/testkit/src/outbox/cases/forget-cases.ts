import type { Envelope } from '@dest/core';
import { expectEqual } from '../../expectations';
import type { OutboxCase } from '../outbox-case';
import { onOutbox } from '../outbox-trial';
import { copyFor, laneOf } from '../samples';

const orders = laneOf('orders');
const people = laneOf('people');

/** Every place of an envelope at which a person can be. */
const PLACES: Readonly<Record<string, (id: string) => Envelope>> = {
  'profile.id': (id) => ({ profile: { id } }),
  'profile.ids': (id) => ({ profile: { id: 'merged', ids: ['other', id] } }),
  'profileBefore.id': (id) => ({ profile: { id: 'new' }, profileBefore: { id } }),
  'event.profile.id': (id) => ({ event: { type: 'paid', profile: { id } } }),
  'session.profile.id': (id) => ({ event: { type: 'paid' }, session: { id: 's-1', profile: { id } } }),
};

/** Envelopes of nobody, or in which the text is something else than a person's id. */
const OTHERS: readonly Envelope[] = [
  { event: { type: 'paid' } },
  { event: { type: 'ada', id: 'ada' } },
  { event: { type: 'paid', properties: { profile: { id: 'ada' }, id: 'ada' } } },
  { profile: { id: 'adam', traits: { name: 'ada', friends: ['ada'] } } },
  { profile: { id: 'ad' }, profileBefore: { traits: { id: 'ada' } } },
  { profile: { id: 'Ada', ids: ['ada ', 'ada2'] } },
  { profile: { ids: 'ada' } },
  { event: { type: 'paid', profile: 'ada' }, session: { id: 'ada', profile: null } },
  { event: { type: 'paid', profile: null }, session: { profile: ['ada'] } },
];

const ODD_IDS = [
  "o'hara",
  '100%',
  'a_b',
  'Zoë',
  '😀',
  '\uD800',
  'a"b\\c',
  'a\nb',
  '__proto__',
  ' ',
  '\u0000',
  '[1]',
  '*',
];

/** A person who is to be forgotten. */
export const forgetCases: readonly OutboxCase[] = [
  ...Object.entries(PLACES).map(([place, envelopeOfPerson]): OutboxCase => ({
    name: `a person is forgotten by ${place}, and others stay`,
    run: onOutbox(async (trial) => {
      await trial.append('e-1', [copyFor(orders)], envelopeOfPerson('bob'));
      const receipt = await trial.append('e-2', [copyFor(orders), copyFor(people)], envelopeOfPerson('ada'));
      await trial.append('e-3', [copyFor(people)], envelopeOfPerson('adam'));
      expectEqual(
        await trial.outbox.forget('ada'),
        { deliveries: receipt.deliveries, deadLetters: 0, envelopes: 1, quarantined: 0, unsearched: [] },
        'the receipt',
      );
      expectEqual(await trial.envelopeIds(await trial.waiting(orders)), ['e-1'], 'what waits in the first lane');
      expectEqual(await trial.envelopeIds(await trial.waiting(people)), ['e-3'], 'what waits in the second lane');
      for (const lane of [orders, people]) await trial.expectSize(lane, await trial.waiting(lane), 'after forgetting');
    }),
  })),
  {
    name: 'what only reads like a person stays',
    run: onOutbox(async (trial) => {
      for (const [index, envelope] of OTHERS.entries()) await trial.append(`e-${index}`, [copyFor(orders)], envelope);
      const receipt = await trial.outbox.forget('ada');
      expectEqual(
        receipt,
        { deliveries: [], deadLetters: 0, envelopes: 0, quarantined: 0, unsearched: [] },
        'the receipt',
      );
      const loaded = await trial.outbox.load(await trial.waiting(orders));
      expectEqual(
        loaded.map((accepted) => accepted?.envelope),
        OTHERS,
        'the envelopes that stay',
      );
    }),
  },
  {
    name: 'nobody has an empty id: it is refused, and all stay',
    run: onOutbox(async (trial) => {
      await trial.append('e-1', [copyFor(orders)], { profile: { id: '' } });
      const refused: unknown = await trial.outbox.forget('').catch((error: unknown) => error);
      expectEqual((refused as { readonly code?: unknown }).code, 'PROFILE_ID_MISSING', 'the code');
      expectEqual(await trial.envelopeIds(await trial.waiting(orders)), ['e-1'], 'what waits');
    }),
  },
  {
    name: 'ids of persons may have any characters',
    run: onOutbox(async (trial) => {
      for (const [index, id] of ODD_IDS.entries()) {
        await trial.append(`e-${index}`, [copyFor(orders)], {
          profile: { id },
          event: { type: 'paid', properties: { index } },
        });
      }
      for (const [index, id] of ODD_IDS.entries()) {
        const { envelopes } = await trial.outbox.forget(id);
        expectEqual(envelopes, 1, `how many envelopes of ${JSON.stringify(id)} are removed`);
        const left = ODD_IDS.slice(index + 1).map((_, place) => `e-${index + 1 + place}`);
        expectEqual(
          await trial.envelopeIds(await trial.waiting(orders)),
          left,
          `what waits without ${JSON.stringify(id)}`,
        );
      }
    }),
  },
  {
    name: 'a person is forgotten in every state: untried, tried again, failed for good, replayed, replaced',
    run: onOutbox(async (trial) => {
      const ada = { profile: { id: 'ada' } };
      const untried = await trial.add('e-1', orders, {}, ada);
      const retried = await trial.add('e-2', orders, {}, ada);
      await trial.retry(retried, trial.now + 1_000);
      await trial.fail(await trial.add('e-3', orders, {}, ada));
      await trial.replay({}, [orders]);
      await trial.append('e-4', [copyFor(orders), copyFor(people)], ada);
      const four = (await trial.waiting(orders)).at(-1)!;
      await trial.fail(four);
      const letter = (await trial.letters())[0]!;
      const coalescing = { key: 'ada', kind: 'profile', coalesce: true } as const;
      await trial.append('e-5', [copyFor(people, coalescing)], { event: { type: 'paid' } });
      await trial.append('e-6', [copyFor(people, coalescing)], ada);
      const bob = await trial.add('e-7', orders, {}, { profile: { id: 'bob' } });
      await trial.addFailed('e-8', orders);
      const inPeople = await trial.waiting(people);
      const [replay] = await trial.replays(orders);
      const receipt = await trial.outbox.forget('ada');
      const expected = [untried, retried, replay!, ...inPeople].map(({ id, lane }) => ({
        id,
        destination: lane.destination,
      }));
      const inOrder = (named: { readonly id: string }[]): readonly unknown[] =>
        named.toSorted((left, right) => (left.id < right.id ? -1 : 1));
      expectEqual(inOrder([...receipt.deliveries]), inOrder(expected), 'the deliveries that were removed');
      expectEqual([receipt.deadLetters, receipt.envelopes], [1, 5], 'how many dead letters and envelopes were removed');
      expectEqual(await trial.waiting(orders), [bob], 'what waits in the first lane');
      expectEqual(
        [await trial.retries(orders), await trial.replays(orders), await trial.waiting(people)],
        [[], [], []],
        'else',
      );
      expectEqual(await trial.outbox.deadLetter(letter.id), undefined, 'the dead letter of the person');
      expectEqual(
        (await trial.letters()).map(({ envelopeId }) => envelopeId),
        ['e-8'],
        'the dead letters that stay',
      );
      await trial.expectSize(orders, [bob], 'after forgetting');
      await trial.expectSize(people, [], 'after forgetting');
      const again = await trial.outbox.forget('ada');
      expectEqual(
        again,
        { deliveries: [], deadLetters: 0, envelopes: 0, quarantined: 0, unsearched: [] },
        'the receipt of a second time',
      );
    }),
  },
  {
    name: 'what was in flight when its person was forgotten is not brought back by its settlement',
    run: onOutbox(async (trial) => {
      const [first, second] = [
        await trial.add('e-1', orders, {}, { profile: { id: 'ada' } }),
        await trial.add('e-2', orders, {}, { profile: { id: 'ada' } }),
      ];
      await trial.outbox.forget('ada');
      await trial.retry(first, trial.now + 10);
      await trial.fail(second);
      expectEqual([await trial.waiting(orders), await trial.letters()], [[], []], 'what waits, and the dead letters');
      await trial.expectSize(orders, [], 'after late settlements');
    }),
  },
];
