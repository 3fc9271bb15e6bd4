import type { Clock, Destination, DestinationInterface, LifecycleContext, Logger } from '@dest/core';
import { withDeadline } from './with-deadline';

export interface SideInstanceOptions {
  readonly create: () => DestinationInterface;
  readonly destination: Destination;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called with what its `close` throws: what it was used for is done by then. */
  readonly onCloseFailed: (error: unknown) => void;
}

/** Calls a method of an instance, within the destination's `timeoutMs`. */
export type LifecycleCall = <Result>(
  method: string,
  run: (context: LifecycleContext) => Promise<Result>,
) => Promise<Result>;

/**
 * Makes an instance of a destination beside the one that delivers, opens it, has it used and closes it. Rejects with what
 * making, opening and using it throws.
 */
export async function withSideInstance<Result>(
  { create, destination, clock, logger, onCloseFailed }: SideInstanceOptions,
  use: (instance: DestinationInterface, call: LifecycleCall) => Promise<Result>,
): Promise<Result> {
  const call: LifecycleCall = (method, run) =>
    withDeadline(clock, destination.delivery.timeoutMs, `${method}() of ${destination.id}`, (signal) =>
      run({ signal, logger, now: () => clock.now() }),
    );
  const instance = create();
  try {
    if (typeof instance.open === 'function') await call('open', (context) => instance.open!(context));
    return await use(instance, call);
  } finally {
    if (typeof instance.close === 'function') await call('close', () => instance.close!()).catch(onCloseFailed);
  }
}
