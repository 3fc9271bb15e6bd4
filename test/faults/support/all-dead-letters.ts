import type { DeadLetter, DeadLetterFilter } from '@dest/core';
import type { HostChild } from './host-child';

/** Every dead letter of a host, page by page. */
export async function allDeadLetters(child: HostChild, filter: DeadLetterFilter = {}): Promise<readonly DeadLetter[]> {
  const all: DeadLetter[] = [];
  for (;;) {
    const after = all.at(-1)?.id;
    const page = { limit: 1_000, ...(after === undefined ? {} : { after }) };
    const read = await child.call<readonly DeadLetter[]>('listDeadLetters', filter, page);
    all.push(...read);
    if (read.length < page.limit) return all;
  }
}
