import { setTimeout as pause } from 'node:timers/promises';
import type { RecordToWrite } from './envelope-record';
import type { BasicParts } from './basic-parts';
import type { Placed } from './pending-appends';

/** How long it is waited for what this host has published, and should come to it. */
const PATIENCE_MS = 5_000;

const LOOK_EVERY_MS = 20;

/** Never resolves for a record that was given up before it came. */
function untilCame(placed: ReadonlyMap<number, Placed>): Promise<void> {
  return placed.size > 0 ? Promise.resolve() : new Promise(() => undefined);
}

/** A record that was published. */
export interface Published {
  /** Resolves when Pulsar has it. */
  readonly stored: Promise<void>;
  /** Resolves when it has come, or can't be waited for: with other hosts there, it may be for another. */
  readonly came: Promise<ReadonlyMap<number, Placed>>;
}

/** Publishes a record at once, and waits for it where this host is the only one. */
export function publishRecord({ publisher, pending, state, feeds }: BasicParts, record: RecordToWrite): Published {
  const { number, copies } = record;
  const coming = pending.expect(number, copies.length);
  // What has come is stored, also where the answer gets lost.
  const stored = Promise.race([publisher.publish(record), coming.then((placed) => untilCame(placed))]);
  const mayCome = (): boolean =>
    state.hosts.isAlone && copies.every(({ lane }) => feeds.ready(lane.destination)?.isFull === false);
  const came = (async () => {
    try {
      await stored;
      let hasCome = false;
      const done = coming.then(() => (hasCome = true));
      const until = performance.now() + PATIENCE_MS;
      // Most come with the next turns of the event loop.
      await Promise.race([done, pause(LOOK_EVERY_MS)]);
      while (!hasCome && mayCome() && performance.now() < until) await Promise.race([done, pause(LOOK_EVERY_MS)]);
    } finally {
      pending.giveUp(number);
    }
    return coming;
  })();
  came.catch(() => undefined);
  return { stored, came };
}
