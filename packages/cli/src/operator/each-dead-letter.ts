import type { DeadLetter, DeadLetterFilter } from '@dest/core';
import type { HostControl } from '@dest/host';

/** How many are asked for at a time. */
const PAGE = 100;

/** Dead letters, oldest first, at most `limit`; a page in memory at a time. */
export async function* eachDeadLetter(
  control: HostControl,
  filter: DeadLetterFilter,
  limit: number,
): AsyncGenerator<DeadLetter> {
  let remaining = limit;
  let after: string | undefined;
  while (remaining > 0) {
    const wanted = Math.min(PAGE, remaining);
    const page = await control.listDeadLetters(filter, { limit: wanted, ...(after === undefined ? {} : { after }) });
    yield* page;
    remaining -= page.length;
    after = page.at(-1)?.id;
    if (page.length < wanted) return;
  }
}
