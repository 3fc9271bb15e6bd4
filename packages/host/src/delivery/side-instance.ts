import type { Clock, LifecycleContext, Logger } from '@dest/core';
import { withDeadline } from './with-deadline';

/** What an instance may have. */
export interface Lifecycle {
  open?(context: LifecycleContext): Promise<void>;
  close?(): Promise<void>;
}

export interface SideInstanceOptions<Instance> {
  readonly create: () => Instance;
  /** What messages call it. */
  readonly name: string;
  /** How long each call may take. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called with what its `close` throws: what it was used for is done by then. */
  readonly onCloseFailed: (error: unknown) => void;
}

/** Calls a method of an instance, within `timeoutMs`. */
export type LifecycleCall = <Result>(
  method: string,
  run: (context: LifecycleContext) => Promise<Result>,
) => Promise<Result>;

/**
 * Makes an instance beside the one that works, opens it, has it used and closes it. Rejects with what
 * making, opening and using it throws.
 */
export async function withSideInstance<Instance extends Lifecycle, Result>(
  { create, name, timeoutMs, clock, logger, onCloseFailed }: SideInstanceOptions<Instance>,
  use: (instance: Instance, call: LifecycleCall) => Promise<Result>,
): Promise<Result> {
  const call: LifecycleCall = (method, run) =>
    withDeadline(clock, timeoutMs, `${method}() of ${name}`, (signal) =>
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
