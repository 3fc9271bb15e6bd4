import type { StoredDelivery } from '@dest/core';

export interface SelectBatchOptions {
  readonly now: number;
  readonly ordering: 'none' | 'key' | 'strict';
  readonly maxItems: number;
  readonly maxBytes: number;
  /** True where a batch keeps its order, so that it may hold several deliveries of one key. */
  readonly orderedBatches: boolean;
  /** Keys of what is under way. */
  readonly busyKeys: { has(key: string): boolean };
  /** How many calls are under way. */
  readonly active: number;
  /** The largest batch that a delivery may be in. Default: `maxItems` for all. */
  readonly batchSize?: (delivery: StoredDelivery) => number;
  /** Whether something else than its time holds a delivery back, as if it were not due. Default: nothing does. */
  readonly isHeld?: (delivery: StoredDelivery) => boolean;
}

/** What to deliver next. */
export interface SelectedBatch {
  readonly batch: readonly StoredDelivery[];
  /** Where the batch is empty: when the next one may be due. */
  readonly nextDueAt?: number;
  /** No more would have fitted: waiting for others has no use. */
  readonly full: boolean;
}

/**
 * Chooses the next batch from what waits, in order of acceptance. A delivery that is not due holds back those of its key
 * under `key`, everything behind it under `strict`, and nothing else. Pure.
 */
export function selectBatch(waiting: Iterable<StoredDelivery>, options: SelectBatchOptions): SelectedBatch {
  const { now, ordering, maxBytes, orderedBatches, batchSize } = options;
  let { maxItems } = options;
  const batch: StoredDelivery[] = [];
  const heldKeys = new Set<string>();
  let bytes = 0;
  let nextDueAt: number | undefined;
  if (ordering === 'strict' && options.active > 0) return { batch, full: false };
  for (const delivery of waiting) {
    const key = ordering === 'key' ? delivery.key : undefined;
    const held = options.isHeld?.(delivery) === true;
    const due = !held && delivery.dueAt <= now;
    if (!due && !held) nextDueAt = Math.min(nextDueAt ?? Infinity, delivery.dueAt);
    if (key !== undefined && (options.busyKeys.has(key) || heldKeys.has(key))) continue;
    if (!due) {
      if (ordering === 'strict') break;
      if (key !== undefined) heldKeys.add(key);
      continue;
    }
    maxItems = Math.min(maxItems, batchSize?.(delivery) ?? maxItems);
    if (batch.length >= maxItems) return { batch, full: true };
    if (batch.length > 0 && bytes + delivery.bytes > maxBytes) return { batch, full: true };
    batch.push(delivery);
    bytes += delivery.bytes;
    if (key !== undefined && !orderedBatches) heldKeys.add(key);
    const alone = ordering === 'strict' && !orderedBatches;
    if (alone || batch.length >= maxItems || bytes >= maxBytes) return { batch, full: true };
  }
  return { batch, full: false, ...(batch.length > 0 || nextDueAt === undefined ? {} : { nextDueAt }) };
}
