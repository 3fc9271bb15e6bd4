import type { DeadLetter, DeadLetterFilter, LoadedDeadLetter } from '@dest/core';
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

/** Every dead letter of a host with its envelope. */
export async function allLoadedDeadLetters(child: HostChild): Promise<readonly LoadedDeadLetter[]> {
  const letters = await allDeadLetters(child);
  const loaded = await Promise.all(letters.map(({ id }) => child.call<LoadedDeadLetter>('showDeadLetter', id)));
  const gone = letters.filter((_, index) => (loaded[index] ?? undefined) === undefined);
  if (gone.length > 0) throw new Error(`${gone.length} dead letters are in the list and can't be shown`);
  return loaded;
}
