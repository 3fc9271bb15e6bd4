import type { Schema } from '../schema/define-schema';
import type { Token } from '../injection/tokens';
import type { PluginKind } from './plugin-kind';

/** The own property of a class under which its registration lies. No process-wide registry, so that hosts stay apart. */
export const REGISTRATION: unique symbol = Symbol.for('@dest/core/registration@1') as never;

/** Values a class is constructed from, by token. */
export type Bindings = readonly (readonly [token: Token<unknown>, value: unknown])[];

/** What a class of any kind says of itself. */
export interface CommonRegistrationOptions<Credentials = unknown, Init = unknown> {
  /** The package's own name, or that and `#x` where a package registers several. */
  readonly package: string;
  readonly title: string;
  readonly description?: string;
  readonly credentials: Schema<Credentials>;
  readonly init: Schema<Init>;
  readonly tags?: readonly string[];
  /** Further constructor arguments, after debug, resource and the settings. */
  readonly inject?: readonly Token<unknown>[];
}

/** What a destination class says of itself. */
export interface RegistrationOptions<Credentials = unknown, Init = unknown> extends CommonRegistrationOptions<
  Credentials,
  Init
> {
  /** What a missing value becomes in mappings for this type. Default: `null`. */
  readonly missing?: 'null' | 'omit';
  /** True where `dispatchBatch` keeps the items' order, so that one batch may hold several of one key. */
  readonly orderedBatches?: boolean;
}

/** What lies under REGISTRATION: the options, and a closure that constructs the class where it was decorated. */
export interface Registration {
  /** Absent in registrations of older copies of core: a destination. */
  readonly kind?: PluginKind;
  readonly options: RegistrationOptions;
  /** Constructs with the copy of tsyringe that decorated the class: another copy can't. */
  readonly construct: (bindings: Bindings) => unknown;
}
