import type { RegistrationOptions } from '@dest/core';
import type { DestinationKit, FakeHttpServer } from '../../../src/index';
import type { Credentials, Init, ReferenceDestination } from '../support/reference-destination';

/** A destination that differs from the reference in one thing, which is wrong. */
export interface Variation {
  /** What it does wrong. */
  readonly does: string;
  /** The name of the case that finds it out. */
  readonly fails: string;
  /** Names of cases that can not pass either; `all`: none that delivers anything can. */
  readonly also?: readonly string[] | 'all';
  readonly Class?: () => typeof ReferenceDestination;
  readonly options?: Partial<RegistrationOptions<Credentials, Init>>;
  readonly kit?: Partial<DestinationKit<FakeHttpServer>>;
}
