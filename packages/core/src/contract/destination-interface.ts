import type { Destination } from '../model/destination';
import type { Event } from '../model/event';
import type { Data } from '../model/json';
import type { Profile } from '../model/profile';
import type { Resource } from '../model/resource';
import type { Session } from '../model/session';
import type { BatchContext, BatchItem, ItemResult } from './batch';
import type { CheckResult } from './check-result';
import type { DispatchContext } from './dispatch-context';
import type { LifecycleContext } from './lifecycle-context';
import { requireDebug, selectedCredentials } from './selected-credentials';

/**
 * What a destination type extends. One instance is made per configured destination and `debug`, and reused:
 * `new → open → dispatch* → close`. After a failed `open`, a call that overran its deadline, or a `close`, a new
 * instance is made.
 *
 * Failing is throwing: TransientError (try again), PermanentError (this item can never work), ConfigurationError (the
 * destination as a whole can't work). Anything else thrown counts as transient.
 */
export abstract class DestinationInterface<Credentials = unknown, Init = unknown> {
  constructor(
    readonly debug: boolean,
    readonly resource: Resource<Credentials>,
    readonly destination: Destination<Init>,
  ) {
    requireDebug(debug, 'A destination', 'destination');
  }

  /** The credentials of the side that `debug` selects: valid by the schema, defaults filled in. */
  protected get credentials(): Credentials {
    return selectedCredentials(this.debug, this.resource);
  }

  /** The parameters of this destination: valid by the schema, defaults filled in. */
  protected get init(): Init {
    return this.destination.init;
  }

  /** Delivers a profile. Resolves when the other side has it. */
  abstract dispatchProfile(
    data: Data,
    profile: Profile,
    session: Session | undefined,
    context: DispatchContext,
  ): Promise<void>;

  /** Delivers an event. Resolves when the other side has it. */
  abstract dispatchEvent(
    data: Data,
    profile: Profile | undefined,
    session: Session | undefined,
    event: Event,
    context: DispatchContext,
  ): Promise<void>;

  /** Called once, before the first dispatch: connect. */
  open?(context: LifecycleContext): Promise<void>;

  /** Called after `open`: is the other side there, and may we write? */
  check?(context: LifecycleContext): Promise<CheckResult>;

  /**
   * Delivers several at once; where it exists the host calls only it, also for one item.
   * Resolves to one result per item, in the items' order. Throwing fails every item.
   */
  dispatchBatch?(items: readonly BatchItem[], context: BatchContext): Promise<readonly ItemResult[]>;

  /** Erases a person at the other side. */
  forgetProfile?(profileId: string, context: LifecycleContext): Promise<void>;

  /** Flushes and releases everything. Safe without `open`, and safe twice. */
  close?(): Promise<void>;
}
