import type { Kept } from './topic-keeper';

/** What is so far behind keeps too much for its own sake. */
const FAR = 5_000;

/** So many are written again at a time. */
const AT_ONCE = 100;

/**
 * Those of the messages that are kept of which Pulsar keeps all that came since for little: the oldest, where less than half of
 * what is behind them is needed.
 *
 * @param needed in the order of the topic
 */
export function farBehind<Trace>(needed: readonly Kept<Trace>[]): readonly Kept<Trace>[] {
  const [oldest] = needed;
  if (oldest === undefined || oldest.age < FAR || needed.length * 2 > oldest.age) return [];
  return needed.slice(0, AT_ONCE).filter(({ age }) => age >= FAR / 2);
}
