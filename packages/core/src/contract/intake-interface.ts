import type { IntakeSettings } from '../model/intake-settings';
import type { Resource } from '../model/resource';
import type { Accept, Intake, IntakeContext } from '../ports/intake';
import type { CheckResult } from './check-result';
import type { LifecycleContext } from './lifecycle-context';
import { requireDebug, selectedCredentials } from './selected-credentials';

/**
 * What an intake type extends. One instance is made per configured intake and `debug`: `new → start → close`. After a
 * failed `start` or a `close`, a new instance is made.
 *
 * Failing is throwing, as with destinations: after a TransientError of `start` the host tries again soon, after a
 * ConfigurationError now and then.
 */
export abstract class IntakeInterface<Credentials = unknown, Init = unknown> implements Intake {
  constructor(
    readonly debug: boolean,
    readonly resource: Resource<Credentials>,
    readonly intake: IntakeSettings<Init>,
  ) {
    requireDebug(debug, 'An intake', 'intake');
  }

  /** The credentials of the side that `debug` selects: valid by the schema, defaults filled in. */
  protected get credentials(): Credentials {
    return selectedCredentials(this.debug, this.resource);
  }

  /** The parameters of this intake: valid by the schema, defaults filled in. */
  protected get init(): Init {
    return this.intake.init;
  }

  /** Begins to hand in what comes, and returns. Called once. */
  abstract start(accept: Accept, context: IntakeContext): Promise<void>;

  /** Hands nothing more in once it resolves. Safe without `start`, and safe twice. */
  abstract close(): Promise<void>;

  /** Is the other side there, and may we read? Called without `start`; takes nothing away from it. */
  check?(context: LifecycleContext): Promise<CheckResult>;
}
