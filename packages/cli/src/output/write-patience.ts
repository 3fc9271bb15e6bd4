import type { Clock } from '@dest/core';
import type { Interruption } from '../interruption';

/** How long after a signal is waited for whoever reads, in milliseconds. */
const PATIENCE_MS = 1_000;

/** Waits until something is written, or nobody is expected to read it any more. */
export type WritePatience = (writing: Promise<void>) => Promise<void>;

/** Without a signal for ever; after one only for a moment: who doesn't read must not keep a command from ending. */
export function writePatience(interruption: Interruption, clock: Clock): WritePatience {
  return async (writing) => {
    let cancel = (): void => undefined;
    let forget = (): void => undefined;
    const givenUp = new Promise<void>((resolve) => {
      forget = interruption.whenSignalled(() => (cancel = clock.schedule(PATIENCE_MS, resolve)));
    });
    await Promise.race([writing, givenUp]);
    forget();
    cancel();
  };
}
