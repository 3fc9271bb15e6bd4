import type { Host } from '@dest/host';
import type { Interruption } from '../interruption';

/**
 * Does what there is to do where a second signal ends a process at once that has a host: in the same turn, since nothing else
 * of it runs any more. What is under way counts as tried, and not as what crashed it.
 *
 * @param say - says something to whoever ended it
 * @returns what takes it back
 */
export function announceForcedEnd(
  interruption: Interruption,
  host: Pick<Host, 'abandon'>,
  say: (text: string) => void,
): () => void {
  return interruption.onForce((signal) => {
    host.abandon();
    say(`${signal} again: ended at once.`);
  });
}
