import { expectEqual, expectThat } from '../../expectations';
import type { OutboxCase } from '../outbox-case';
import { onOutbox } from '../outbox-trial';
import { copyFor, envelopeOf, laneOf } from '../samples';

const orders = laneOf('orders');
const people = laneOf('people');
const archive = laneOf('archive');

/** What an append keeps, and what it says. */
export const appendCases: readonly OutboxCase[] = [
  {
    name: 'an append keeps a delivery as it was handed in',
    run: onOutbox(async (trial) => {
      const acceptedAt = trial.now;
      const copy = copyFor(orders, { kind: 'profile', key: 'ada', changes: ['traits.email', 'traits.name'] });
      const receipt = await trial.append('e-1', [copy]);
      const [delivery] = receipt.deliveries;
      expectThat(delivery !== undefined, 'the receipt names a delivery');
      expectEqual(
        receipt,
        {
          duplicate: false,
          deliveries: [{ id: delivery.id, destination: 'orders' }],
          refused: [],
          dropped: [],
          coalesced: [],
        },
        'the receipt',
      );
      trial.kit.clock.advance(1_000);
      const waiting = await trial.waiting(orders);
      expectEqual(waiting.length, 1, 'how many deliveries wait');
      const [stored] = waiting;
      expectThat(stored !== undefined && stored.sequence > 0, 'sequences are above 0, where reading begins');
      expectThat(stored.bytes > 0, 'a delivery counts against the limit of its lane');
      expectEqual(
        stored,
        {
          lane: orders,
          id: delivery.id,
          sequence: stored.sequence,
          envelope: stored.envelope,
          kind: 'profile',
          key: 'ada',
          changes: ['traits.email', 'traits.name'],
          waitingSince: acceptedAt,
          attempts: 0,
          tries: 0,
          dueAt: 0,
          scheduledAt: 0,
          bytes: stored.bytes,
          replay: false,
          crashes: 0,
        },
        'the stored delivery',
      );
      expectEqual(
        await trial.outbox.load(waiting),
        [{ id: 'e-1', envelope: envelopeOf('e-1'), acceptedAt }],
        'the loaded envelope',
      );
    }),
  },
  {
    name: 'what a delivery has not is absent: key and changes',
    run: onOutbox(async (trial) => {
      const stored = await trial.add('e-1', orders);
      expectEqual([stored.key, stored.changes], [undefined, undefined], 'key and changes that were not given');
      const empty = await trial.add('e-2', orders, { key: '', changes: [] });
      expectEqual([empty.key, empty.changes], ['', []], 'key and changes that are empty');
    }),
  },
  {
    name: 'one envelope is kept once, however many lanes take it',
    run: onOutbox(async (trial) => {
      const receipt = await trial.append('e-1', [
        copyFor(orders),
        copyFor(people, { kind: 'profile' }),
        copyFor(archive),
      ]);
      expectEqual(
        receipt.deliveries.map(({ destination }) => destination),
        ['orders', 'people', 'archive'],
        'the destinations of the receipt',
      );
      const stored = (await Promise.all([orders, people, archive].map((lane) => trial.waiting(lane)))).flat();
      expectEqual(
        stored.map(({ id }) => id),
        receipt.deliveries.map(({ id }) => id),
        'the ids of what waits in the three lanes',
      );
      expectEqual(new Set(stored.map(({ envelope }) => envelope)).size, 1, 'how many envelopes the three refer to');
      expectEqual(
        stored.map(({ kind }) => kind),
        ['event', 'profile', 'event'],
        'the kinds',
      );
      expectEqual(await trial.envelopeIds(stored), ['e-1', 'e-1', 'e-1'], 'the ids of the loaded envelopes');
    }),
  },
  {
    name: 'an envelope for no lane leaves nothing but its id',
    run: onOutbox(async (trial) => {
      const nothing = { deliveries: [], refused: [], dropped: [], coalesced: [] };
      expectEqual(await trial.append('e-1', []), { duplicate: false, ...nothing }, 'the receipt');
      expectEqual(await trial.outbox.lanes(), [], 'the lanes that hold something');
      expectEqual(await trial.append('e-1', [copyFor(orders)]), { duplicate: true, ...nothing }, 'the second receipt');
    }),
  },
  {
    name: 'sequences rise with the order of acceptance, and ids are unique',
    run: onOutbox(async (trial) => {
      const ids = Array.from({ length: 120 }, (_, index) => `e-${index}`);
      const receipts = [];
      for (const id of ids) receipts.push(await trial.append(id, [copyFor(orders), copyFor(people)]));
      const [inOrders, inPeople] = [await trial.waiting(orders), await trial.waiting(people)];
      for (const lane of [inOrders, inPeople]) {
        expectEqual(await trial.envelopeIds(lane), ids, 'the envelopes, as they are read');
        const rising = lane.every(({ sequence }, index) => index === 0 || sequence > (lane[index - 1]?.sequence ?? 0));
        expectThat(rising, `sequences rise: ${lane.map(({ sequence }) => sequence).join(', ')}`);
      }
      const stored = [...inOrders, ...inPeople].map(({ id }) => id);
      expectEqual(new Set(stored).size, 240, 'how many ids there are for 240 deliveries');
      const named = receipts.flatMap(({ deliveries }) => deliveries.map(({ id }) => id));
      expectEqual(named.toSorted(), stored.toSorted(), 'the ids of the receipts');
    }),
  },
  {
    name: 'an append that fails keeps nothing',
    run: onOutbox(async (trial) => {
      const unstorable = { event: { id: 'e-1', type: 'paid', properties: { amount: 1n } } };
      const failed = await trial.append('e-1', [copyFor(orders), copyFor(people)], unstorable).then(
        () => false,
        () => true,
      );
      // Whoever can keep even that has nothing to undo.
      if (!failed) return;
      expectEqual(await trial.outbox.lanes(), [], 'the lanes that hold something after an append that failed');
      const receipt = await trial.append('e-1', [copyFor(orders), copyFor(people)]);
      expectEqual(receipt.duplicate, false, 'whether the id of what failed is a duplicate');
      expectEqual(receipt.deliveries.length, 2, 'how many deliveries the second append makes');
    }),
  },
];
