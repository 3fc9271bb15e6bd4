import type { RegistrationOptions } from '@dest/core';
import type { DestinationCase, DestinationKit, FakeHttpServer } from '../../../src/index';
import type { Credentials, Init, ReferenceDestination } from '../support/reference-destination';

/** A destination that differs from the reference in one thing, which is wrong. */
export interface Variation {
  /** What it does wrong. */
  readonly does: string;
  /** The name of the case that finds it out. */
  readonly fails: string;
  /** Which cases can not pass either, by their names, or as a whole kind of them. The others pass. */
  readonly also?: readonly string[] | ((each: DestinationCase) => boolean);
  readonly Class?: () => typeof ReferenceDestination;
  readonly options?: Partial<RegistrationOptions<Credentials, Init>>;
  readonly kit?: Partial<DestinationKit<FakeHttpServer>>;
}

/** Whether a case delivers something: to be said in `also` of one that can't, but for these cases. */
export function delivering(...others: readonly string[]): (each: DestinationCase) => boolean {
  return ({ group, name }) => !['registration', 'schema'].includes(group) && !others.includes(name);
}
