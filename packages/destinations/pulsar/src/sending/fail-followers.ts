import { failureOf, TransientError, type BatchItem, type DeliveryOptions, type ItemResult } from '@dest/core';

/**
 * Where order counts, fails what follows an item that will be tried again, so that it is sent once more after it: on
 * its way already when the first failed, it has been stored before it.
 */
export function failFollowers(
  items: readonly BatchItem[],
  results: readonly ItemResult[],
  ordering: DeliveryOptions['ordering'],
): readonly ItemResult[] {
  if (ordering === 'none' || results.every(({ ok }) => ok)) return results;
  const held = new Set<string>();
  return results.map((result, index) => {
    const order = ordering === 'strict' ? '' : items[index]?.key;
    if (order === undefined) return result;
    if (result.ok) return held.has(order) ? FOLLOWER : result;
    if (failureOf(result.error).retry !== 'permanent') held.add(order);
    return result;
  });
}

const FOLLOWER: ItemResult = {
  ok: false,
  error: new TransientError(
    'It was stored, but one before it, which it must follow, was not: both are sent again, in order.',
    { code: 'PULSAR_OUT_OF_ORDER', scope: 'destination' },
  ),
};
