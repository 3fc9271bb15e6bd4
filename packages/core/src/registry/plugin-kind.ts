import { DESTINATION, INTAKE, OUTBOX, type Token } from '../injection/tokens';
import { OUTBOX_METHODS } from '../outbox/outbox-methods';

/** What a registered class is. */
export type PluginKind = 'destination' | 'intake' | 'outbox';

/** What messages call each. */
export const CALLED: Readonly<Record<PluginKind, string>> = {
  destination: 'a destination',
  intake: 'an intake',
  outbox: 'an outbox',
};

/** What the third argument of each kind's constructor is: how it is configured. */
export const SETTINGS: Readonly<Record<PluginKind, Token<unknown>>> = {
  destination: DESTINATION,
  intake: INTAKE,
  outbox: OUTBOX,
};

/** The methods that instances of each kind must have: TypeScript's `abstract` is gone at run time. */
export const METHODS: Readonly<Record<PluginKind, readonly string[]>> = {
  destination: ['dispatchEvent', 'dispatchProfile'],
  intake: ['start', 'close'],
  outbox: OUTBOX_METHODS,
};
