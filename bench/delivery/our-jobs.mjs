// What job queues are compared with: a host with the durable outbox, whose destination hands each item to a handler.
import { withFolder } from '../support/work-folder.mjs';
import { runChild } from '../support/child.mjs';

const script = new URL('children/our-flow.mjs', import.meta.url);

/**
 * @param outstanding - how many jobs are being added at once: as many as the peer adds
 * @param limit - how many may be under way: as many as the peer's
 */
export function ourJobs({ outstanding, limit }) {
  return withFolder((folder) => runChild(script, { folder, callers: outstanding, limit, destinations: 1, each: true }));
}
