import type { Connection } from './connection';
import { DamagedFile } from './damaged-file';

/**
 * The numbers under which deliveries wait, ascending; those of replays, too.
 *
 * @throws DamagedFile where one is no number any more: it comes behind all others, again and again
 */
export function* lanesOf(connection: Connection): Generator<number, void> {
  const next = connection.prepare('SELECT CAST(lane AS INTEGER) FROM deliveries WHERE lane > ? ORDER BY lane LIMIT 1');
  for (let last = -1; ;) {
    const lane = next.get([last])?.[0];
    if (lane === undefined) return;
    if (typeof lane !== 'number' || lane <= last) throw new DamagedFile('the number of a lane is none');
    yield (last = lane);
  }
}
