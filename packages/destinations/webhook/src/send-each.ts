import { failureOf, type ItemResult } from '@dest/core';

/**
 * Sends each item, at most `concurrency` at once, and gives one result per item in the items' order. Where the destination
 * as a whole fails, the items not yet started get the same error instead of being tried one by one.
 */
export async function sendEach<Item>(
  items: readonly Item[],
  concurrency: number,
  send: (item: Item) => Promise<void>,
): Promise<readonly ItemResult[]> {
  const results: ItemResult[] = [];
  const waiting = items.entries();
  let down: { readonly error: unknown } | undefined;

  const work = async (): Promise<void> => {
    for (const [index, item] of waiting) {
      results[index] = down === undefined ? await resultOf(send(item)) : { ok: false, error: down.error };
      const result = results[index];
      if (!result.ok && failureOf(result.error).scope === 'destination') down ??= { error: result.error };
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, work));
  return results;
}

async function resultOf(sending: Promise<void>): Promise<ItemResult> {
  try {
    await sending;
    return { ok: true };
  } catch (error) {
    return { ok: false, error };
  }
}
