import {
  failureOf,
  PermanentError,
  TransientError,
  type BatchContext,
  type BatchItem,
  type ItemResult,
} from '@dest/core';
import { ReferenceDestination } from '../support/reference-destination';
import type { Variation } from './variation';

type Batch = (items: readonly BatchItem[]) => Promise<readonly ItemResult[]>;

/** One that delivers batches otherwise. */
function batching(
  dispatch: (items: readonly BatchItem[], original: Batch) => Promise<readonly ItemResult[]>,
): () => typeof ReferenceDestination {
  return () =>
    class extends ReferenceDestination {
      override async dispatchBatch(items: readonly BatchItem[], context: BatchContext): Promise<readonly ItemResult[]> {
        return dispatch(items, (changed) => super.dispatchBatch(changed, context));
      }
    };
}

const FINE: ItemResult = { ok: true };
const DOWN = 'no item of a batch counts as delivered where the other side is down';
const ORDER = "items arrive in the batch's order";
const FOLLOWING = 'what follows an item of its key that is tried again fails too, so that it does not overtake it';

async function allAtOnce(items: readonly BatchItem[], dispatch: Batch): Promise<readonly ItemResult[]> {
  return (await Promise.all(items.map((item) => dispatch([item])))).flat();
}

export const batchVariations: readonly Variation[] = [
  {
    does: 'forgets the last of several items',
    fails: 'each item of a batch arrives, and has a result that says so',
    also: [
      'events and profiles may be mixed',
      'a batch of 300 arrives',
      'the others of a batch arrive where one item is bad',
      ORDER,
      FOLLOWING,
      DOWN,
      'each item of a batch carries its own key',
    ],
    Class: batching(async (items, dispatch) =>
      items.length === 1 ? dispatch(items) : [...(await dispatch(items.slice(0, -1))), FINE],
    ),
  },
  {
    does: 'gives no result for a single item',
    fails: 'a batch of one arrives',
    also: ({ group, name }) => !['registration', 'schema', 'batches'].includes(group) || name === DOWN,
    Class: batching(async (items, dispatch) => (items.length === 1 ? [] : dispatch(items))),
  },
  {
    does: 'wants batches of one kind',
    fails: 'events and profiles may be mixed',
    Class: batching(async (items, dispatch) => {
      if (new Set(items.map(({ kind }) => kind)).size > 1)
        throw new PermanentError('Two kinds.', { code: 'REF_KINDS' });
      return dispatch(items);
    }),
  },
  {
    does: 'takes no large batches',
    fails: 'a batch of 300 arrives',
    Class: batching(async (items, dispatch) => {
      if (items.length > 100) throw new TransientError('Too many.', { code: 'REF_MANY' });
      return dispatch(items);
    }),
  },
  {
    does: 'gives up a batch at the first bad item',
    fails: 'the others of a batch arrive where one item is bad',
    also: ["results are in the items' order"],
    Class: batching(async (items, dispatch) => {
      const results: ItemResult[] = [];
      for (const item of items) {
        const before = results.at(-1);
        const isOver = before?.ok === false && failureOf(before.error).retry === 'permanent';
        results.push(isOver ? before : ((await dispatch([item]))[0] as ItemResult));
      }
      return results;
    }),
    // One item at a time holds nothing back.
    options: { orderedBatches: false },
  },
  {
    does: 'gives its results in another order',
    fails: "results are in the items' order",
    also: [FOLLOWING],
    Class: batching(async (items, dispatch) => (await dispatch(items)).toReversed()),
  },
  {
    does: 'sends in another order',
    fails: ORDER,
    also: [FOLLOWING],
    Class: batching(async (items, dispatch) => (await dispatch(items.toReversed())).toReversed()),
  },
  {
    does: 'lets later items of a key pass by',
    fails: FOLLOWING,
    Class: batching((items, dispatch) =>
      dispatch(items.map((item, index) => ({ ...item, key: `${item.key} ${index}` }))),
    ),
  },
  {
    does: 'sends large batches all at once',
    fails: ORDER,
    Class: batching((items, dispatch) => (items.length > 5 ? allAtOnce(items, dispatch) : dispatch(items))),
  },
  {
    does: 'says of what passed by that it has to come again, and does not send it again',
    fails: FOLLOWING,
    Class: () =>
      class extends ReferenceDestination {
        readonly passedBy = new Set<string>();
        override async dispatchBatch(
          items: readonly BatchItem[],
          context: BatchContext,
        ): Promise<readonly ItemResult[]> {
          const results: ItemResult[] = [];
          for (const item of items) {
            const { key, idempotencyKey } = item;
            const result = this.passedBy.delete(idempotencyKey) ? FINE : await this.resultOf(item, context);
            const before = results.find(
              (each, index) => items[index]?.key === key && !each.ok && failureOf(each.error).retry !== 'permanent',
            );
            if (before !== undefined && result.ok) this.passedBy.add(idempotencyKey);
            results.push(before ?? result);
          }
          return results;
        }
      },
  },
  {
    does: 'calls a batch delivered that went nowhere',
    fails: DOWN,
    Class: batching(async (items, dispatch) => {
      const results = await dispatch(items);
      const isDown = (result: ItemResult): boolean =>
        !result.ok && failureOf(result.error).code === 'REFERENCE_UNREACHABLE';
      return items.length > 1 && results.every(isDown) ? items.map(() => FINE) : results;
    }),
  },
];
