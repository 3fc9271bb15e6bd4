import type { Event } from './event';
import type { Profile } from './profile';
import type { Session } from './session';

/**
 * One thing to deliver: an event, a profile, or both, with the session they belong to.
 * At least one of `event` and `profile` is present.
 */
export interface Envelope {
  /** The sender's id. The same id twice within the de-duplication window is one envelope. */
  readonly id?: string;
  readonly event?: Event;
  readonly profile?: Profile;
  readonly session?: Session;
  /** Dotted paths of the profile that changed, such as `traits.email`. An empty list says that nothing did. */
  readonly changes?: readonly string[];
  /** The profile as it was before; compared with `profile` where `changes` is absent. */
  readonly profileBefore?: Profile;
}
