import { expectEqual } from '../../expectations';
import { casesOf } from '../cases-of';
import type { Delivery } from '../deliveries';
import type { DestinationCase } from '../destination-case';
import type { DestinationTrial } from '../destination-trial';

const { tried } = casesOf('idempotency');

/** By what the other side can tell a repeat. */
export const idempotencyCases: readonly DestinationCase[] = [
  tried(
    "an event carries its delivery's idempotency key",
    (trial) => expectKeys(trial, { kind: 'event', id: 'an event: ü/1' }),
    { needs: ['idempotencyKeys', 'events'] },
  ),
  tried(
    "a profile carries its delivery's idempotency key",
    (trial) => expectKeys(trial, { kind: 'profile', id: 'a profile' }),
    { needs: ['idempotencyKeys', 'profiles'] },
  ),
  tried(
    'a delivery that is tried again carries the same key',
    (trial) => expectKeys(trial, { id: 'again' }, { id: 'again', attempt: 2 }),
    { needs: ['idempotencyKeys'] },
  ),
  tried(
    'each item of a batch carries its own key',
    async (trial) => {
      const ids = ['first', 'second', 'third'];
      const batch = ids.map((id) => ({ id, content: trial.deliveries.content() }));
      await trial.deliverBatch(await trial.open(), batch);
      const arrived = await trial.arrivals(ids.length);
      const keys = batch.map(({ content }) => {
        const text = JSON.stringify(trial.deliveries.data(content));
        return arrived.find(({ data }) => JSON.stringify(data) === text)?.idempotencyKey ?? null;
      });
      expectEqual(keys, ids.map(keyOf), "the keys that arrived, in the items' order,");
      expectEqual(arrived.length, ids.length, 'how many arrived');
    },
    { needs: ['idempotencyKeys', 'batches'] },
  ),
];

async function expectKeys(trial: DestinationTrial, ...deliveries: readonly Delivery[]): Promise<void> {
  const instance = await trial.open();
  for (const delivery of deliveries) await trial.deliver(instance, delivery);
  const keys = (await trial.arrivals(deliveries.length)).map(({ idempotencyKey }) => idempotencyKey);
  const expected = deliveries.map(({ id = '' }) => keyOf(id));
  expectEqual(keys, expected, 'the idempotency keys that arrived');
}

function keyOf(id: string): string {
  return `${id}:destination-1`;
}
