import type { Interruption } from '../interruption';

/**
 * Does what there is to do where a second signal ends a process at once that has a host: in the same turn, since nothing else
 * of it runs any more.
 *
 * @param say - says something to whoever ended it
 * @returns what takes it back
 */
export function announceForcedEnd(interruption: Interruption, say: (text: string) => void): () => void {
  return interruption.onForce((signal) => say(`${signal} again: ended at once.`));
}
