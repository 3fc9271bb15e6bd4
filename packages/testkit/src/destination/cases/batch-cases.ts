import { failureOf, type ItemResult } from '@dest/core';
import { expectEqual, expectThat } from '../../expectations';
import { casesOf } from '../cases-of';
import type { Delivery } from '../deliveries';
import type { DestinationCase } from '../destination-case';
import type { DestinationTrial } from '../destination-trial';
import { expectFailure } from '../expect-failure';
import type { Arrival } from '../other-side';

const { tried } = casesOf('batches');

const MANY = 300;

/** Many pieces of a slow connection. */
const LARGE = 1_500;

/** Several deliveries at once. */
export const batchCases: readonly DestinationCase[] = [
  tried(
    'each item of a batch arrives, and has a result that says so',
    async (trial) => {
      const batch = numbered(5);
      expectAllOk(await trial.deliverBatch(await trial.open(), batch));
      await trial.expectArrivals(contentsOf(batch), { inOrder: false });
    },
    { needs: ['batches'] },
  ),
  tried(
    'a batch of one arrives',
    async (trial) => {
      const batch = numbered(1);
      expectAllOk(await trial.deliverBatch(await trial.open(), batch));
      await trial.expectArrivals(contentsOf(batch));
    },
    { needs: ['batches'] },
  ),
  tried(
    'events and profiles may be mixed',
    async (trial) => {
      const batch = numbered(4).map((item, index) => ({ ...item, kind: index % 2 ? 'profile' : 'event' }) as const);
      expectAllOk(await trial.deliverBatch(await trial.open(), batch));
      await trial.expectArrivals(contentsOf(batch), { inOrder: false });
    },
    { needs: ['batches', 'events', 'profiles'] },
  ),
  tried(
    `a batch of ${MANY} arrives`,
    async (trial) => {
      const batch = numbered(MANY);
      expectAllOk(await trial.deliverBatch(await trial.open(), batch));
      await trial.expectArrivals(contentsOf(batch), { inOrder: false });
    },
    { needs: ['batches'] },
  ),
  tried(
    'the others of a batch arrive where one item is bad',
    async (trial) => {
      trial.site.fault('refuseItems')(BAD);
      const batch = withBad(numbered(5), 2);
      const results = await deliverBySplitting(trial, await trial.open(), batch);
      expectEqual(results.filter(({ ok }) => ok).length, 4, 'how many items are delivered of five with a bad one');
      await trial.expectArrivals(
        contentsOf(batch).filter((content) => content.text !== BAD),
        { inOrder: false },
      );
    },
    { needs: ['batches', 'refusedItems'] },
  ),
  tried(
    "results are in the items' order",
    async (trial) => {
      trial.site.fault('refuseItems')(BAD);
      const results = await deliverBySplitting(trial, await trial.open(), withBad(numbered(5), 1));
      const failed = results.flatMap(({ ok }, index) => (ok ? [] : [index]));
      expectEqual(failed, [1], 'the list of positions that failed, where item 1 is bad');
    },
    { needs: ['batches', 'refusedItems'] },
  ),
  tried(
    "items arrive in the batch's order",
    async (trial) => {
      const instance = await trial.open({ ordering: 'key' });
      // Those that follow are there first, where they don't wait.
      const batch = numbered(8).map(({ content }, index) => ({
        content: { ...content, more: 'x'.repeat(index === 0 ? LARGE : 0) },
        key: 'same',
      }));
      if (trial.site.server.port !== undefined) await trial.site.proxy.fail('slow');
      expectAllOk(await trial.deliverBatch(instance, batch));
      await trial.expectArrivals(contentsOf(batch));
    },
    { needs: ['batches', 'orderedBatches'] },
  ),
  tried(
    'what follows an item of its key that is tried again fails too, so that it does not overtake it',
    async (trial) => {
      trial.site.fault('postponeItems')(BAD);
      const batch = withBad(numbered(4), 1).map((item, index) => ({
        ...item,
        id: `item-${index}`,
        key: index === 2 ? 'other' : 'same',
      }));
      const instance = await trial.open({ ordering: 'key' });
      const results = await trial.deliverBatch(instance, batch);
      expectThat(results[1]?.ok === false, 'an item that the other side postpones fails');
      const last = results[3];
      expectThat(last?.ok === false, 'what follows it with the same key fails');
      expectFailure(failureOf(last.error), { retry: 'transient' }, 'one before it with the same key is tried again');
      // One that was on its way already has been stored: it has to come once more, after the one that it follows.
      await trial.site.mend();
      const again = [batch[1]!, batch[3]!].map((item) => ({ ...item, attempt: 2 }));
      expectAllOk(await trial.deliverBatch(instance, again));
      const [before, after] = again.map(({ content }) => JSON.stringify(trial.deliveries.data(content)));
      const received = await trial.site.receivedWhen(
        (list) => lastOf(list, before) >= 0 && lastOf(list, before) < lastOf(list, after),
        trial.patienceMs,
      );
      expectThat(
        lastOf(received, before) < lastOf(received, after),
        'what follows an item arrives after it, where both come again',
      );
    },
    { needs: ['batches', 'orderedBatches', 'postponedItems'] },
  ),
  tried(
    'no item of a batch counts as delivered where the other side is down',
    async (trial) => {
      const instance = await trial.open();
      await trial.deliver(instance);
      await trial.site.proxy.fail('refuse');
      const failure = await trial.outcomeOf(
        trial.deliverBatch(instance, numbered(3), trial.deadlineMs).then((results) => {
          const delivered = results.filter(({ ok }) => ok).length;
          expectEqual(delivered, 0, 'how many items count as delivered where the other side is down');
          for (const result of results) {
            const down = 'the other side is down';
            if (!result.ok) expectFailure(failureOf(result.error), { retry: 'transient', scope: 'destination' }, down);
          }
        }),
      );
      if (failure !== undefined) {
        expectFailure(failure, { retry: 'transient', scope: 'destination' }, 'the other side is down');
      }
    },
    { needs: ['batches', 'network'] },
  ),
];

interface Numbered extends Delivery {
  readonly content: { readonly text: string; readonly more?: string };
}

/** What an other side is told to refuse. */
const BAD = 'a-bad-one';

function numbered(count: number): readonly Numbered[] {
  return Array.from({ length: count }, (_, index) => ({ content: { text: `item ${index}` } }));
}

function withBad(batch: readonly Numbered[], position: number): readonly Numbered[] {
  return batch.map((item, index) => (index === position ? { ...item, content: { text: BAD } } : item));
}

function contentsOf(batch: readonly Numbered[]): readonly { readonly text: string }[] {
  return batch.map(({ content }) => content);
}

/** Where a payload arrived last; -1 where it never did. */
function lastOf(received: readonly Arrival[], text: string | undefined): number {
  return received.findLastIndex(({ data }) => JSON.stringify(data) === text);
}

function expectAllOk(results: readonly ItemResult[]): void {
  const failed = results.flatMap((result) => (result.ok ? [] : [failureOf(result.error).message]));
  expectEqual(failed, [], 'the list of what failed');
}

/** As a host does: a batch that fails for good as a whole comes again in halves, until the bad items are found. */
async function deliverBySplitting(
  trial: DestinationTrial,
  instance: Awaited<ReturnType<DestinationTrial['open']>>,
  batch: readonly Delivery[],
): Promise<readonly ItemResult[]> {
  let results: readonly ItemResult[] = [];
  const failure = await trial.outcomeOf(trial.deliverBatch(instance, batch).then((found) => void (results = found)));
  if (failure === undefined) return results;
  expectFailure(failure, { retry: 'permanent' }, 'a batch with a bad item is refused as a whole');
  if (batch.length === 1) return [{ ok: false, error: failure }];
  const middle = batch.length >> 1;
  const [left, right] = [batch.slice(0, middle), batch.slice(middle)];
  return [...(await deliverBySplitting(trial, instance, left)), ...(await deliverBySplitting(trial, instance, right))];
}
