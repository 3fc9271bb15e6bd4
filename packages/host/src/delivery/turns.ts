/** How many deliveries of one batch are handled in one turn of the event loop. */
export const SLICE = 100;

const waiting: (() => void)[] = [];

/**
 * Resolves in a later turn of the event loop, for one caller a turn, first come, first served: large batches of whatever lanes
 * share the event loop with what is small and would else wait for all of them. There is one queue, since there is one loop.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(serve);
  });
}

function serve(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(serve);
}

/** Lets others have a turn in between, where so many deliveries are handled at once. */
export async function between(deliveries: number): Promise<void> {
  if (deliveries > SLICE) await nextTurn();
}

/** Calls `each` for all, in order, a slice a turn. */
export async function inSlices<Item>(items: readonly Item[], each: (item: Item) => void): Promise<void> {
  for (let index = 0; index < items.length; index++) {
    if (index > 0 && index % SLICE === 0) await nextTurn();
    each(items[index] as Item);
  }
}
