import { PermanentError, TransientError, type BatchItem } from '@dest/core';
import { allDelivered, recordingDestination } from '../support/recording-destination';
import { order, startedHost, eager } from '../support/started-host';

interface Outcome {
  readonly envelope: string;
  readonly status: string;
}

const batch = { maxItems: 3, lingerMs: 5_000 };

/** What became of three deliveries of one batch, in the order in which they were settled. */
async function outcomesWith(
  behave: (items: BatchItem[], count: number) => unknown,
): Promise<{ readonly outcomes: readonly Outcome[]; readonly delivered: readonly unknown[] }> {
  const target = recordingDestination('target', {
    batch: (items, _call, count) => behave(items as BatchItem[], count),
  });
  const outcomes: Outcome[] = [];
  const host = await startedHost(
    { destinations: [{ id: 'd', package: 'target', mapping: 'event@n', delivery: { batch, retry: eager } }] },
    {
      register: [target.class],
      observer: {
        settled: ({ delivery, outcome }) =>
          void outcomes.push({ envelope: delivery.accepted.id, status: outcome.status }),
      },
    },
  );
  await Promise.all([1, 2, 3].map((n) => host.dispatch(order(n))));
  await host.drain({ waitForRetries: true });
  return { outcomes, delivered: target.calls.at(-1)!.data };
}

describe('what a plugin does to the items it is handed', () => {
  test('emptying the list and failing loses nothing', async () => {
    const { outcomes } = await outcomesWith((items, count) => {
      const results = allDelivered(items);
      items.splice(0);
      if (count === 1) throw new TransientError('down');
      return results;
    });
    expect(outcomes.map(({ status }) => status)).toEqual([
      ...Array<string>(3).fill('retry'),
      ...Array<string>(3).fill('delivered'),
    ]);
  });

  test('results for a list that was made shorter are a breach of the contract', async () => {
    const { outcomes } = await outcomesWith((items) => {
      items.pop();
      return allDelivered(items);
    });
    expect(outcomes.filter(({ status }) => status === 'delivered')).toEqual([]);
    expect(outcomes.filter(({ status }) => status === 'failed')).toHaveLength(3);
  });

  test('changing items changes no outcome, and the halves of a refused batch are as they were', async () => {
    const seen: unknown[][] = [];
    const { outcomes } = await outcomesWith((items) => {
      seen.push(items.map(({ data }) => data));
      for (const item of items as { json?: string }[]) {
        delete item.json;
        Object.assign(item, { data: 'changed' });
      }
      if (items.length > 1) throw new PermanentError('one of them is wrong');
      return allDelivered(items);
    });
    expect(outcomes.map(({ status }) => status)).toEqual(['delivered', 'delivered', 'delivered']);
    expect(seen.flat()).not.toContain('changed');
  });
});
