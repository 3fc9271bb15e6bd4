import type { DestinationInterface } from '../contract/destination-interface';
import type { Destination } from '../model/destination';
import { registerAs, type RegisteringDecorator } from './register-as';
import type { RegistrationOptions } from './registration';

/** Any class whose instances have the two dispatch methods; structural, since the class may extend another copy of core. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a constructor's arguments are the author's
export type DestinationClass<Instance = DispatchMethods> = abstract new (...constructorArguments: any[]) => Instance;

/** What every destination instance has. */
export type DispatchMethods = Pick<DestinationInterface, 'dispatchEvent' | 'dispatchProfile'>;

/**
 * Registers a class as a destination. Works as a TypeScript decorator, as a standard decorator, and as a call on a plain
 * class: `RegisterDestination({ … })(MyDestination)`.
 *
 * The constructor receives debug, resource and destination, then what `inject` lists; a parameter with its own
 * `@inject(TOKEN)` keeps it. A class without a constructor of its own receives what its parent's asks for; its `inject`
 * replaces that from the fourth argument on.
 */
export function RegisterDestination<Credentials, Init>(
  options: RegistrationOptions<Credentials, Init>,
): RegisteringDecorator<Credentials, Destination<Init>, DispatchMethods> {
  return (target) => registerAs('destination', options, target);
}
