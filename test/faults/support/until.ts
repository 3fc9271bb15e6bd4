import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something holds; for ever, since the test's own timeout ends it. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(20);
}
